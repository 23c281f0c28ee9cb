// Enrols this device with an issuer and answers a verifier, in development and on specimen data.
//
// App ISSUER DOCUMENT LINK STORE PHOTO...   (the passphrase is read from standard input)

import Foundation
import Humanseal

/// Photographs in the place of a camera: they turn no head, which a staged device alone accepts.
final class Stills: Camera {
    let photos: [URL]
    init(_ photos: [URL]) { self.photos = photos }
    func begin(session: LivenessSession) throws {
        try session.stills(frames: photos.map { try Frame.file(bytes: Data(contentsOf: $0)) })
    }
}

/// Says yes to what the command line already says; a real app shows each question.
final class Asked: Owner {
    func agrees(question: Question) throws -> Bool {
        switch question {
        case .consent(_, let issuer, let text):
            print("\(issuer) asks: \(text)")
            return true
        case .account(let account, let demand):
            print("\(demand.network()) asks for \(account.caip10())")
            return true
        default:
            return false
        }
    }
}

final class Told: Humanseal.Progress {
    func begins(step: Step) throws { print("· \(step)") }
    func ended(step: Step) throws {}
}

#if !SCENARIO
@main
struct App {
    static func main() async throws {
        let given = CommandLine.arguments
        let (issuer, folder, link, store) = (given[1], given[2], given[3], given[4])
        let photos = given[5...].map { URL(fileURLWithPath: $0) }
        let passphrase = Passphrase(utf8: Data((readLine() ?? "").utf8))
        let keys = softwareKeys(file: store + "/device.key")
        let settings = Settings(store: store, models: modelsFolder, environment: .development, staged: true)
        let device = try await Device.open(settings: settings, keys: keys)
        let wallet = try await device.enrol(
            server: issuer, document: Document.fromFolder(path: folder), camera: Stills(photos),
            owner: Asked(), passphrase: passphrase, watch: Watch(progress: Told()))
        let request = try await device.fetchRequest(link: link)
        let answer = try await device.present(
            wallet: wallet, request: request, account: try Account(), owner: Asked())
        let accepted = try await device.send(presentation: answer)
        print("registered until \(accepted.registeredUntil())")
        for shown in try wallet.ledger() {
            print("\(shown.at()) \(shown.demand().network()) learnt that you are \(shown.demand().minAge())")
        }
    }
}
#endif
