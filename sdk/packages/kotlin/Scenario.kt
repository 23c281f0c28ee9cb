// The scenario that every language runs: enrol, present, be verified; and what must not pass, by its code.
//
// ScenarioKt STAGE ISSUER LINK PROGRAM PAGES     STAGE: a folder of scripts/development/service.sh; LINK: a request of its
// verifier; PROGRAM: `humanseal`, which is the document's chip; PAGES: a request of a network that takes printed pages

import humanseal.*
import java.io.File
import java.net.URI
import java.nio.ByteBuffer
import java.util.HexFormat
import kotlin.system.exitProcess
import kotlinx.coroutines.runBlocking

const val WORDS = "correct horse battery"
val printed = mutableListOf<String>()
var checks = 0

fun check(what: String, holds: Boolean) {
    if (!holds) throw AssertionError(what)
    checks += 1
}

/** That work ends with this kind of error and this code. */
suspend inline fun <reified E : HumansealException> refused(code: String, work: suspend () -> Any?) {
    try {
        work()
    } catch (error: HumansealException) {
        printed += error.toString()
        check("$code, not ${error.stableCode()}", error.stableCode() == code && error is E)
        return
    }
    check("$code, not done", false)
}

class Steps(private val stopAt: Step? = null) : Progress {
    val begun = mutableListOf<Step>()
    val finished = mutableListOf<Step>()
    var watch: Watch? = null
    override fun begins(step: Step) {
        begun += step
        if (step == stopAt) watch?.cancel()
    }
    override fun ended(step: Step) {
        finished += step
    }
}

class Silent : Owner {
    override fun agrees(question: Question): Boolean {
        printed += question.toString()
        return false
    }
}

/** Looks into the wallet while it is at work, as a screen that is drawn anew would. */
class Curious(private val wallet: Wallet) : Owner {
    var code: String? = null
    override fun agrees(question: Question): Boolean {
        printed += question.toString()
        try {
            wallet.ledger()
        } catch (error: HumansealException) {
            code = error.stableCode()
        }
        return false
    }
}

class Broken : Owner {
    override fun agrees(question: Question): Boolean = throw IllegalStateException(WORDS)
}

/** A phone whose key store does not open. */
class Locked : KeyProvider {
    override fun level() = DeviceLevel.SOFTWARE
    override fun attest(digest: ByteArray): Attestation = throw IllegalStateException("locked")
    override fun walletSecret(salt: ByteArray): ByteArray = throw IllegalStateException(WORDS)
}

class Dark : Camera {
    override fun begin(session: LivenessSession) = throw ProviderException.Failed("no camera")
}

/** A camera that nobody stands before: its owner stops it. */
class Waiting(private val watch: Watch) : Camera {
    override fun begin(session: LivenessSession) {
        check("seconds", session.seconds() in 100u..300u)
        watch.cancel()
    }
}

/** The document's chip, in software: a line of hexadecimal digits a command. An empty answer is a lost link. */
class Chip(vararg command: String) : NfcLink {
    private val chip = ProcessBuilder(*command).redirectError(ProcessBuilder.Redirect.INHERIT).start()
    private val commands = chip.outputWriter()
    private val answers = chip.inputReader()

    override fun transceive(command: ByteArray): ByteArray {
        commands.write(HexFormat.of().formatHex(command) + "\n")
        commands.flush()
        val answer = answers.readLine()
        if (answer.isNullOrEmpty()) throw ProviderException.Failed("the document is gone")
        return HexFormat.of().parseHex(answer)
    }

    fun close() {
        commands.close()
        check("the chip ended well", chip.waitFor() == 0)
    }
}

/** Holds the document there again after a lost link, and only then. */
class Hand : NfcTap {
    val files = mutableListOf<String>()
    val codes = mutableListOf<String>()
    override fun readSoFar(file: String, bytes: UInt, of: UInt) {
        if (bytes == of) files += file
    }
    override fun again(code: String, advice: String): Boolean {
        codes += code
        check("advice", advice.length > 10)
        return code == "chip_link_lost"
    }
}

/** Types the printed lines, one attempt after the other, and gives up when there are no more. */
class Typist(vararg attempts: ByteArray) : MrzReader {
    private val attempts = attempts.toMutableList()
    val told = mutableListOf<String?>()
    override fun read(wrong: WrongLines?): ByteArray? {
        told += wrong?.code
        printed += wrong.toString()
        return attempts.removeFirstOrNull()
    }
}

class Stage(private val folder: File, val issuer: String, private val program: String) {
    val photos: List<File> = File(folder, "frames").listFiles()!!.sorted()
    val document = Document.fromFolder(File(folder, "chip").path)
    fun chip(vararg options: String) = Chip(program, "document", "emulate", File(folder, "chip").path, *options)
    fun file(name: String) = File(folder, name)

    suspend fun device(name: String, keys: KeyProvider? = null): Device {
        val store = file(name).apply { mkdirs() }
        val models = System.getenv("HUMANSEAL_MODELS")
        val settings = Settings(store.path, models, Environment.DEVELOPMENT, staged = true)
        return Device.open(settings, keys ?: softwareKeys(File(store, "device.key").path))
    }
}

fun words(text: String = WORDS) = Passphrase(text.toByteArray())

/** Bytes where the library reads them without a copy, as a camera's planes lie. */
fun plane(size: Int, value: Byte = 0): ByteBuffer =
    ByteBuffer.allocateDirect(size).put(ByteArray(size) { value }).flip() as ByteBuffer

/** What phones give, and what they do not. */
suspend fun frames(device: Device, photo: File) {
    val none = Rotation.NONE
    refused<HumansealException.Input>("frame_length") { Frame.rgb(plane(10), 640u, 480u, 1920u, none) }
    refused<HumansealException.Input>("frame_stride") { Frame.bgra(plane(640 * 480 * 4), 640u, 480u, 1920u, none) }
    refused<HumansealException.Input>("frame_size") { Frame.nv21(plane(10), 5000u, 480u, 5000u, none) }
    refused<HumansealException.Input>("image_unknown_format") { Frame.file("no picture".toByteArray()) }
    val grey = Frame.nv21(plane(640 * 480 * 3 / 2, 128.toByte()), 640u, 480u, 640u, none)
    val look = device.look(grey)
    check("nobody in a grey frame", look.reasons == listOf("no_face") && !look.ready && look.advice.isNotEmpty())
    check("a face in a photograph", "no_face" !in device.look(Frame.file(photo.readBytes())).reasons)
    printed += grey.toString()
}

/** A second device enrols by the printed lines: good where document level 1 suffices, and nowhere else. */
suspend fun printedPage(stage: Stage, account: Account, link: String, pages: String) {
    val device = stage.device("printed")
    val (asked, stills) = Asked() to Stills(stage.photos)
    val lines = stage.file("chip/EF.DG1").readBytes().drop(5).toByteArray()
    val slip = lines.copyOf().apply { this[44] = (if (this[44] == '7'.code.toByte()) '8' else '7').code.toByte() }
    val page = Frame.file(stage.file("page.jpg").readBytes())
    val grey = Frame.nv21(plane(640 * 480 * 3 / 2, 128.toByte()), 640u, 480u, 640u, Rotation.NONE)
    suspend fun enrol(shown: Document) = device.enrol(stage.issuer, shown, stills, asked, words())

    refused<HumansealException.Document>("mrz_given_up") { enrol(Document.printed(Typist(), page)) }
    refused<HumansealException.Document>("mrz_field_number") { enrol(Document.printedLines(slip, page)) }
    refused<HumansealException.Document>("no_face") { enrol(Document.printedLines(lines, grey)) }
    val typist = Typist(slip, lines)
    val document = Document.printed(typist, page)
    val wallet = enrol(document)
    check("the slip was told", typist.told == listOf(null, "mrz_field_number"))
    val levels = wallet.summary().levels
    check("level 1", levels?.let { it.document to it.unique } == 1.toUByte() to 1.toUByte())
    val demanding = device.fetchRequest(link)
    refused<HumansealException.Refused>("issuer_not_asked") { device.present(wallet, demanding, account, asked) }
    val answer = device.present(wallet, device.fetchRequest(pages), account, asked)
    check("accepted where it suffices", device.send(answer).nullifier() == answer.nullifier())
    printed += listOf(document.toString(), wallet.summary().toString())
}

suspend fun scenario(stage: Stage, link: String, pages: String) {
    val device = stage.device("device")
    val (asked, stills) = Asked() to Stills(stage.photos)
    val account = Account()
    frames(device, stage.photos.first())
    printedPage(stage, account, link, pages)
    refused<HumansealException.Fault>("model_unreadable") {
        Device.open(Settings(stage.file("device").path, "/none", Environment.DEVELOPMENT), softwareKeys("/none"))
    }

    suspend fun enrol(
        camera: Camera = stills, owner: Owner = asked, watch: Watch? = null,
        by: Device = device, issuer: String = stage.issuer, document: Document = stage.document,
    ) = by.enrol(issuer, document, camera, owner, words(), watch)

    refused<HumansealException.Input>("address_insecure") { enrol(issuer = "http://issuer.example") }
    refused<HumansealException.Refused>("consent_refused") { enrol(owner = Silent()) }
    refused<HumansealException.Refused>("consent_refused") { enrol(owner = Broken()) }
    refused<HumansealException.Capture>("camera_failed") { enrol(camera = Dark()) }
    val watch = Watch()
    refused<HumansealException.Cancelled>("cancelled") { enrol(camera = Waiting(watch), watch = watch) }
    val stopping = Steps(stopAt = Step.PORTRAIT)
    stopping.watch = Watch(stopping)
    refused<HumansealException.Cancelled>("cancelled") { enrol(watch = stopping.watch) }
    check("it stopped there", stopping.begun.last() == Step.PORTRAIT)
    check("nothing was written", !device.hasWallet())

    // The chip itself, by its card access number: a wrong one, then the right one with the link lost on the way.
    fun over(chip: Chip, can: String, hand: Hand) = Document.overNfc(chip, DocumentAccess.fromCan(can.toByteArray()), hand)
    val one = stage.chip()
    val guess = Hand()
    refused<HumansealException.Document>("chip_access_key") { enrol(document = over(one, "654321", guess)) }
    check("another tap does not mend that", guess.codes.isEmpty() && guess.files.isEmpty())
    one.close()
    val chip = stage.chip("--lose", "20")
    val hand = Hand()
    val there = over(chip, "123456", hand)
    val steps = Steps()
    val enrolled = enrol(watch = Watch(steps), document = there)
    check("lost once", hand.codes == listOf("chip_link_lost"))
    check("read once", hand.files.sorted() == listOf("EF.DG1", "EF.DG14", "EF.DG15", "EF.DG2", "EF.SOD"))
    chip.close()
    check("steps", steps.begun == steps.finished && Step.PROVE_ENROL in steps.begun)
    val summary = enrolled.summary()
    check("enrolled", summary.standing == Standing.ENROLLED && summary.issuer == stage.issuer)
    check("levels", summary.levels?.let { it.document to it.device } == 3.toUByte() to 1.toUByte())
    refused<HumansealException.Wallet>("wallet_exists") { enrol() }

    // The wallet: words, device and generation.
    refused<HumansealException.Wallet>("wallet_wrong_passphrase") { device.wallet(words("other words")) }
    refused<HumansealException.Wallet>("wallet_passphrase_empty") { device.wallet(words("")) }
    refused<HumansealException.Wallet>("wallet_rolled_back") { device.wallet(words(), summary.generation + 1u) }
    val thief = stage.device("thief")
    stage.file("device/wallet").copyTo(stage.file("thief/wallet"))
    refused<HumansealException.Wallet>("wallet_wrong_passphrase") { thief.wallet(words()) }
    val locked = stage.device("locked", Locked())
    refused<HumansealException.Keys>("device_key_unavailable") { enrol(by = locked) }
    stage.file("device/wallet").copyTo(stage.file("locked/wallet"))
    refused<HumansealException.Keys>("wallet_device_refused") { locked.wallet(words()) }

    // An answer to the verifier, and its ledger entry.
    val wallet = device.wallet(words(), summary.generation)
    val request = device.fetchRequest(link)
    val demand = request.demand()
    check("the demand", demand.network() == "compute.example" && demand.minAge() == 18.toUByte())
    val curious = Curious(wallet)
    refused<HumansealException.Refused>("account_not_confirmed") { device.present(wallet, request, account, curious) }
    check("a wallet at work says so", curious.code == "wallet_busy")
    val raw = URI(link).toURL().readText().substringAfter("\"request\":").dropLast(1)
    val younger = Request.fromJson(raw.replace("\"min_age\":18", "\"min_age\":19").toByteArray())
    refused<HumansealException.Refused>("age_not_allowed") { device.present(wallet, younger, account, asked) }
    check("nothing was shown", wallet.ledger().isEmpty())

    val answer = device.present(wallet, request, account, asked)
    val accepted = device.send(answer)
    check("its account", accepted.account() == account.account())
    check("its place", accepted.nullifier() == answer.nullifier() && !answer.contested())
    val shown = wallet.ledger().single()
    check("its entry", shown.account() == account.account() && shown.demand().minAge() == 18.toUByte())
    refused<HumansealException.Service>("request_closed") { device.fetchRequest(link) }
    refused<HumansealException.Service>("request_used") { device.send(answer) }

    // A backup opens on another device, under its own words, and is bound to that one then.
    val backup = stage.file("backup")
    wallet.export(backup.path, words("backup words"))
    val other = stage.device("other")
    refused<HumansealException.Wallet>("wallet_wrong_passphrase") { other.importWallet(backup.path, words(), words()) }
    val moved = other.importWallet(backup.path, words("backup words"), words("new words"))
    check("the ledger moved", moved.ledger().size == 1)
    backup.copyTo(stage.file("thief/wallet"), overwrite = true)
    refused<HumansealException.Wallet>("wallet_device_not_bound") { thief.wallet(words("backup words")) }

    // Nothing that prints tells a secret, an account or the person.
    val things = listOf(words(), device, stage.document, there, wallet, summary, request, demand, answer, accepted, shown)
    printed += things.map { it.toString() }
    val mrz = String(stage.file("chip/EF.DG1").readBytes()).drop(5)
    val secrets = listOf(WORDS, account.account().substringAfterLast(':'), accepted.passJwt(), answer.nullifier()) +
        mrz.substring(50, 59) + mrz.substring(5, 44).split('<').filter { it.isNotEmpty() }
    for (secret in secrets) check("a secret is printed", printed.none { secret in it })

    stage.file("pass.jwt").writeText(accepted.passJwt() + "\n")
    println("scenario in Kotlin: $checks checks hold, the proof took ${answer.proveMs()} ms")
}

fun main(arguments: Array<String>) {
    val (folder, issuer, link, program, pages) = arguments
    try {
        runBlocking { scenario(Stage(File(folder), issuer, program), link, pages) }
    } catch (error: Throwable) {
        error.printStackTrace()
        exitProcess(1)
    }
    exitProcess(0)
}
