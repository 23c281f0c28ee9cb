import Foundation

/// The folder of the models that come with this package, for `Settings`.
public let modelsFolder = Bundle.module.bundleURL.appendingPathComponent("models").path
