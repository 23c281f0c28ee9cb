// The scenario that every language runs: enrol, present, be verified; and what must not pass, by its code.
//
// Scenario STAGE ISSUER LINK PROGRAM PAGES     STAGE: a folder of scripts/development/service.sh; LINK: a request of
// its verifier; PROGRAM: `humanseal`, which is the document's chip; PAGES: a request of a network that takes printed pages

#if SCENARIO
import Foundation
import Humanseal
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

let given = CommandLine.arguments
let (stage, issuer, link) = (URL(fileURLWithPath: given[1]), given[2], given[3])
let (program, pages) = (given[4], given[5])
let secretWords = "correct horse battery"

struct Unexpected: Error { let what: String }

/// What is checked, and everything that was printed meanwhile.
final class Book: @unchecked Sendable {
    var checks = 0
    var printed: [String] = []
    func check(_ what: String, _ holds: Bool) throws {
        guard holds else { throw Unexpected(what: what) }
        checks += 1
    }
    func print(_ thing: Any) { printed += [String(describing: thing), String(reflecting: thing)] }
}
let book = Book()

enum Kind { case cancelled, input, document, capture, refused, service, wallet, keys, fault }

extension HumansealError {
    var kind: Kind {
        switch self {
        case .Cancelled: .cancelled
        case .Input: .input
        case .Document: .document
        case .Capture: .capture
        case .Refused: .refused
        case .Service: .service
        case .Wallet: .wallet
        case .Keys: .keys
        case .Fault: .fault
        }
    }
}

/// That work ends with this kind of error and this code.
func refused(_ kind: Kind, _ code: String, _ work: () async throws -> Any) async throws {
    do {
        _ = try await work()
    } catch let error as HumansealError {
        book.print(error)
        return try book.check("\(code), not \(error.stableCode())", error.stableCode() == code && error.kind == kind)
    }
    try book.check("\(code), not done", false)
}

final class Steps: Humanseal.Progress, @unchecked Sendable {
    var begun: [Step] = []
    var finished: [Step] = []
    let stopAt: Step?
    weak var watch: Watch?
    init(stopAt: Step? = nil) { self.stopAt = stopAt }
    func begins(step: Step) throws {
        begun.append(step)
        if step == stopAt { watch?.cancel() }
    }
    func ended(step: Step) throws { finished.append(step) }
}

final class Silent: Owner {
    func agrees(question: Question) throws -> Bool {
        book.print(question)
        return false
    }
}

/// Looks into the wallet while it is at work, as a screen that is drawn anew would.
final class Curious: Owner, @unchecked Sendable {
    let wallet: Wallet
    var code: String?
    init(_ wallet: Wallet) { self.wallet = wallet }
    func agrees(question: Question) throws -> Bool {
        book.print(question)
        do { _ = try wallet.ledger() } catch let error as HumansealError { code = error.stableCode() }
        return false
    }
}

final class Broken: Owner {
    func agrees(question: Question) throws -> Bool { throw Unexpected(what: secretWords) }
}

/// A phone whose key store does not open.
final class Locked: KeyProvider {
    func level() throws -> DeviceLevel { .software }
    func attest(digest: Data) throws -> Attestation { throw Unexpected(what: "locked") }
    func walletSecret(salt: Data) throws -> Data { throw Unexpected(what: secretWords) }
}

final class Dark: Camera {
    func begin(session: LivenessSession) throws { throw ProviderError.Failed(reason: "no camera") }
}

/// A camera that nobody stands before: its owner stops it.
final class Waiting: Camera {
    let watch: Watch
    init(_ watch: Watch) { self.watch = watch }
    func begin(session: LivenessSession) throws {
        try book.check("seconds", (100...300).contains(session.seconds()))
        watch.cancel()
    }
}

/// The document's chip, in software: a line of hexadecimal digits a command. An empty answer is a lost link.
final class Chip: NfcLink, @unchecked Sendable {
    private let chip = Process()
    private let (commands, answers) = (Pipe(), Pipe())

    init(_ options: String...) throws {
        chip.executableURL = URL(fileURLWithPath: program)
        chip.arguments = ["document", "emulate", file("chip").path] + options
        (chip.standardInput, chip.standardOutput) = (commands, answers)
        try chip.run()
    }

    func transceive(command: Data) throws -> Data {
        let line = command.map { String(format: "%02x", $0) }.joined() + "\n"
        try commands.fileHandleForWriting.write(contentsOf: Data(line.utf8))
        var answer = ""
        while let byte = try answers.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) {
            answer += String(decoding: byte, as: UTF8.self)
        }
        guard !answer.isEmpty else { throw ProviderError.Failed(reason: "the document is gone") }
        let digits = Array(answer)
        return Data(stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...($0 + 1)]), radix: 16)! })
    }

    func close() throws {
        try commands.fileHandleForWriting.close()
        chip.waitUntilExit()
        try book.check("the chip ended well", chip.terminationStatus == 0)
    }
}

/// Holds the document there again after a lost link, and only then.
final class Hand: NfcTap, @unchecked Sendable {
    var files: [String] = []
    var codes: [String] = []
    func readSoFar(file: String, bytes: UInt32, of: UInt32) throws {
        if bytes == of { files.append(file) }
    }
    func again(code: String, advice: String) throws -> Bool {
        codes.append(code)
        try book.check("advice", advice.count > 10)
        return code == "chip_link_lost"
    }
}

/// Types the printed lines, one attempt after the other, and gives up when there are no more.
final class Typist: MrzReader, @unchecked Sendable {
    var attempts: [Data]
    var told: [String?] = []
    init(_ attempts: Data...) { self.attempts = attempts }
    func read(wrong: WrongLines?) throws -> Data? {
        told.append(wrong?.code)
        book.print(wrong as Any)
        return attempts.isEmpty ? nil : attempts.removeFirst()
    }
}

func file(_ name: String) -> URL { stage.appendingPathComponent(name) }
func words(_ text: String = secretWords) -> Passphrase { Passphrase(utf8: Data(text.utf8)) }

func openDevice(_ name: String, keys: KeyProvider? = nil) async throws -> Device {
    try FileManager.default.createDirectory(at: file(name), withIntermediateDirectories: true)
    let settings = Settings(store: file(name).path, models: modelsFolder, environment: .development, staged: true)
    return try await Device.open(settings: settings, keys: keys ?? softwareKeys(file: file(name + "/device.key").path))
}

/// What phones give, and what they do not.
func frames(_ device: Device, photo: URL) async throws {
    let none = Rotation.none
    func bytes(_ count: Int, _ value: UInt8 = 0) -> Data { Data(repeating: value, count: count) }
    try await refused(.input, "frame_length") {
        try Frame.rgb(bytes: bytes(10), width: 640, height: 480, stride: 1920, rotation: none)
    }
    try await refused(.input, "frame_stride") {
        try Frame.bgra(bytes: bytes(640 * 480 * 4), width: 640, height: 480, stride: 1920, rotation: none)
    }
    try await refused(.input, "frame_size") {
        try Frame.nv21(bytes: bytes(10), width: 5000, height: 480, stride: 5000, rotation: none)
    }
    try await refused(.input, "image_unknown_format") { try Frame.file(bytes: Data("no picture".utf8)) }
    let dim = bytes(640 * 480 * 3 / 2, 128)
    let grey = try Frame.nv21(bytes: dim, width: 640, height: 480, stride: 640, rotation: none)
    let nobody = try await device.look(frame: grey)
    try book.check("nobody in a grey frame", nobody.reasons == ["no_face"] && !nobody.ready && !nobody.advice.isEmpty)
    let somebody = try await device.look(frame: Frame.file(bytes: Data(contentsOf: photo)))
    try book.check("a face in a photograph", !somebody.reasons.contains("no_face"))
    book.print(grey)
}

/// A second device enrols by the printed lines: good where document level 1 suffices, and nowhere else.
func printedPage(_ stills: Stills, _ asked: Asked, _ account: Account) async throws {
    let device = try await openDevice("printed")
    let lines = Data(try Data(contentsOf: file("chip/EF.DG1")).dropFirst(5))
    var slip = lines
    slip[44] = UInt8(ascii: lines[44] == UInt8(ascii: "7") ? "8" : "7")
    let page = try Frame.file(bytes: Data(contentsOf: file("page.jpg")))
    let dim = Data(repeating: 128, count: 640 * 480 * 3)
    let grey = try Frame.rgb(bytes: dim, width: 640, height: 480, stride: 1920, rotation: .none)
    func enrol(_ shown: Document) async throws -> Wallet {
        try await device.enrol(server: issuer, document: shown, camera: stills, owner: asked, passphrase: words())
    }
    try await refused(.document, "mrz_given_up") { try await enrol(Document.printed(reader: Typist(), photograph: page)) }
    try await refused(.document, "mrz_field_number") { try await enrol(Document.printedLines(lines: slip, photograph: page)) }
    try await refused(.document, "no_face") { try await enrol(Document.printedLines(lines: lines, photograph: grey)) }
    let typist = Typist(slip, lines)
    let document = Document.printed(reader: typist, photograph: page)
    let wallet = try await enrol(document)
    try book.check("the slip was told", typist.told == [nil, "mrz_field_number"])
    let levels = try wallet.summary().levels
    try book.check("level 1", levels?.document == 1 && levels?.unique == 1)
    func present(_ request: Request) async throws -> Presentation {
        try await device.present(wallet: wallet, request: request, account: account, owner: asked)
    }
    let demanding = try await device.fetchRequest(link: link)
    try await refused(.refused, "issuer_not_asked") { try await present(demanding) }
    let answer = try await present(try await device.fetchRequest(link: pages))
    let accepted = try await device.send(presentation: answer)
    try book.check("accepted where it suffices", accepted.nullifier() == answer.nullifier())
    book.print(document)
}

@main
struct Scenario {
    static func main() async throws {
        let photos = try FileManager.default.contentsOfDirectory(atPath: file("frames").path).sorted().map { file("frames/" + $0) }
        let device = try await openDevice("device")
        try await frames(device, photo: photos[0])
        try await refused(.fault, "model_unreadable") {
            try await Device.open(
                settings: Settings(store: stage.path, models: "/none", environment: .development),
                keys: softwareKeys(file: file("none.key").path))
        }

        let document = Document.fromFolder(path: file("chip").path)
        let (stills, asked, account) = (Stills(photos), Asked(), try Account())
        try await printedPage(stills, asked, account)
        func enrol(
            _ camera: Camera? = nil, _ owner: Owner? = nil, watch: Watch? = nil, by other: Device? = nil, at server: String = issuer,
            of shown: Document? = nil
        ) async throws -> Wallet {
            try await (other ?? device).enrol(
                server: server, document: shown ?? document, camera: camera ?? stills, owner: owner ?? asked, passphrase: words(),
                watch: watch)
        }
        try await refused(.input, "address_insecure") { try await enrol(at: "http://issuer.example") }
        try await refused(.refused, "consent_refused") { try await enrol(nil, Silent()) }
        try await refused(.refused, "consent_refused") { try await enrol(nil, Broken()) }
        try await refused(.capture, "camera_failed") { try await enrol(Dark()) }
        let watch = Watch()
        try await refused(.cancelled, "cancelled") { try await enrol(Waiting(watch), watch: watch) }
        let stopping = Steps(stopAt: .portrait)
        let stopped = Watch(progress: stopping)
        stopping.watch = stopped
        try await refused(.cancelled, "cancelled") { try await enrol(watch: stopped) }
        try book.check("it stopped there", stopping.begun.last == .portrait)
        try book.check("nothing was written", !device.hasWallet())

        // The chip itself, by its card access number: a wrong one, then the right one with the link lost on the way.
        func over(_ chip: Chip, _ can: String, _ hand: Hand) throws -> Document {
            Document.overNfc(link: chip, access: try DocumentAccess.fromCan(can: Data(can.utf8)), tap: hand)
        }
        let (one, guess) = (try Chip(), Hand())
        try await refused(.document, "chip_access_key") { try await enrol(of: try over(one, "654321", guess)) }
        try book.check("another tap does not mend that", guess.codes.isEmpty && guess.files.isEmpty)
        try one.close()
        let (chip, hand, steps) = (try Chip("--lose", "20"), Hand(), Steps())
        let there = try over(chip, "123456", hand)
        let enrolled = try await enrol(watch: Watch(progress: steps), of: there)
        try book.check("lost once", hand.codes == ["chip_link_lost"])
        try book.check("read once", hand.files.sorted() == ["EF.DG1", "EF.DG14", "EF.DG15", "EF.DG2", "EF.SOD"])
        try chip.close()
        try book.check("steps", steps.begun == steps.finished && steps.begun.contains(.proveEnrol))
        let summary = try enrolled.summary()
        try book.check("enrolled", summary.standing == .enrolled && summary.issuer == issuer)
        try book.check("levels", summary.levels?.document == 3 && summary.levels?.device == 1)
        try await refused(.wallet, "wallet_exists") { try await enrol() }

        // The wallet: words, device and generation.
        let copy = FileManager.default.copyItem(at:to:)
        try await refused(.wallet, "wallet_wrong_passphrase") { try await device.wallet(passphrase: words("other words")) }
        try await refused(.wallet, "wallet_passphrase_empty") { try await device.wallet(passphrase: words("")) }
        try await refused(.wallet, "wallet_rolled_back") {
            try await device.wallet(passphrase: words(), atLeast: summary.generation + 1)
        }
        let thief = try await openDevice("thief")
        try copy(file("device/wallet"), file("thief/wallet"))
        try await refused(.wallet, "wallet_wrong_passphrase") { try await thief.wallet(passphrase: words()) }
        let locked = try await openDevice("locked", keys: Locked())
        try await refused(.keys, "device_key_unavailable") { try await enrol(by: locked) }
        try copy(file("device/wallet"), file("locked/wallet"))
        try await refused(.keys, "wallet_device_refused") { try await locked.wallet(passphrase: words()) }

        // An answer to the verifier, and its ledger entry.
        let wallet = try await device.wallet(passphrase: words(), atLeast: summary.generation)
        let request = try await device.fetchRequest(link: link)
        let demand = request.demand()
        try book.check("the demand", demand.network() == "compute.example" && demand.minAge() == 18)
        let curious = Curious(wallet)
        func present(_ request: Request, _ owner: Owner) async throws -> Presentation {
            try await device.present(wallet: wallet, request: request, account: account, owner: owner)
        }
        try await refused(.refused, "account_not_confirmed") { try await present(request, curious) }
        try book.check("a wallet at work says so", curious.code == "wallet_busy")
        let (answered, _) = try await URLSession.shared.data(from: URL(string: link)!)
        let text = String(decoding: answered, as: UTF8.self)
        let raw = text[text.range(of: "\"request\":")!.upperBound...].dropLast()
        let younger = try Request.fromJson(
            json: Data(raw.replacingOccurrences(of: "\"min_age\":18", with: "\"min_age\":19").utf8))
        try await refused(.refused, "age_not_allowed") { try await present(younger, asked) }
        try book.check("nothing was shown", wallet.ledger().isEmpty)

        let answer = try await present(request, asked)
        let accepted = try await device.send(presentation: answer)
        try book.check("its account", accepted.account() == account.account())
        try book.check("its place", accepted.nullifier() == answer.nullifier() && !answer.contested())
        let entries = try wallet.ledger()
        let shown = entries[0]
        try book.check("its entry", entries.count == 1 && shown.account() == account.account() && shown.demand().minAge() == 18)
        try await refused(.service, "request_closed") { try await device.fetchRequest(link: link) }
        try await refused(.service, "request_used") { try await device.send(presentation: answer) }

        // A backup opens on another device, under its own words, and is bound to that one then.
        let backup = file("backup").path
        try await wallet.export(path: backup, passphrase: words("backup words"))
        let other = try await openDevice("other")
        try await refused(.wallet, "wallet_wrong_passphrase") {
            try await other.importWallet(backup: backup, backupPassphrase: words(), passphrase: words())
        }
        let moved = try await other.importWallet(
            backup: backup, backupPassphrase: words("backup words"), passphrase: words("new words"))
        try book.check("the ledger moved", moved.ledger().count == 1)
        try FileManager.default.removeItem(at: file("thief/wallet"))
        try copy(file("backup"), file("thief/wallet"))
        try await refused(.wallet, "wallet_device_not_bound") { try await thief.wallet(passphrase: words("backup words")) }

        // Nothing that prints tells a secret, an account or the person.
        let things: [Any] = [
            words(), device, document, there, wallet, summary, request, demand, answer, accepted, shown, account,
        ]
        things.forEach(book.print)
        let mrz = String(decoding: try Data(contentsOf: file("chip/EF.DG1")).dropFirst(5), as: UTF8.self)
        func part(_ from: Int, _ to: Int) -> String { String(mrz.dropFirst(from).prefix(to - from)) }
        var secrets = [secretWords, String(try account.account().split(separator: ":")[2]), accepted.passJwt(), answer.nullifier()]
        secrets += [part(50, 59)] + part(5, 44).split(separator: "<").map(String.init)
        for secret in secrets {
            try book.check("a secret is printed", !book.printed.contains { $0.contains(secret) })
        }

        try Data((accepted.passJwt() + "\n").utf8).write(to: file("pass.jwt"))
        print("scenario in Swift: \(book.checks) checks hold, the proof took \(answer.proveMs()) ms")
    }
}
#endif
