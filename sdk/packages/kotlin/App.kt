// Enrols this device with an issuer and answers a verifier, in development and on specimen data.
//
// AppKt ISSUER DOCUMENT LINK STORE PHOTO...   (the passphrase is read from the terminal or standard input)

import humanseal.*
import java.io.File
import java.security.KeyPairGenerator
import java.security.Signature
import kotlin.system.exitProcess
import kotlinx.coroutines.runBlocking

const val SOLANA = "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"

/** Photographs in the place of a camera: they turn no head, which a staged device alone accepts. */
class Stills(private val photos: List<File>) : Camera {
    override fun begin(session: LivenessSession) =
        session.stills(photos.map { Frame.file(it.readBytes()) })
}

/** Says yes to what the command line already says; a real app shows each question. */
class Asked : Owner {
    override fun agrees(question: Question): Boolean = when (question) {
        is Question.Consent -> true.also { println("${question.issuer} asks: ${question.text}") }
        is Question.Account -> true.also {
            println("${question.demand.network()} asks for ${question.account.caip10()}")
        }
        else -> false
    }
}

class Told : Progress {
    override fun begins(step: Step) = println("· ${step.name.lowercase().replace('_', ' ')}")
    override fun ended(step: Step) = Unit
}

/** A Solana account. Its address is the last 32 bytes of Java's encoding, in base58. */
class Account : AccountSigner {
    private val pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair()
    override fun account() = "$SOLANA:${base58(pair.public.encoded.takeLast(32))}"
    override fun sign(message: String): ByteArray = Signature.getInstance("Ed25519").run {
        initSign(pair.private)
        update(message.toByteArray())
        sign()
    }
}

fun base58(bytes: List<Byte>): String {
    val letters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    var rest = java.math.BigInteger(1, bytes.toByteArray())
    val text = StringBuilder()
    while (rest.signum() > 0) {
        val (next, digit) = rest.divideAndRemainder(58.toBigInteger())
        text.append(letters[digit.toInt()])
        rest = next
    }
    return "1".repeat(bytes.takeWhile { it == 0.toByte() }.size) + text.reverse()
}

fun main(arguments: Array<String>): Unit = runBlocking {
    val (issuer, folder, link, store) = arguments
    val photos = arguments.drop(4).map(::File)
    val words = System.`in`.bufferedReader().readLine().trim().toByteArray()
    val passphrase = Passphrase(words)
    words.fill(0)

    val keys = softwareKeys("$store/device.key")
    val models = System.getenv("HUMANSEAL_MODELS")
    try {
        val device = Device.open(Settings(store, models, Environment.DEVELOPMENT, staged = true), keys)
        val document = Document.fromFolder(folder)
        val wallet = device.enrol(issuer, document, Stills(photos), Asked(), passphrase, Watch(Told()))
        val request = device.fetchRequest(link)
        val answer = device.present(wallet, request, Account(), Asked())
        val accepted = device.send(answer)
        println("registered until ${accepted.registeredUntil()}")
        for (shown in wallet.ledger()) {
            println("${shown.at()} ${shown.demand().network()} learnt that you are ${shown.demand().minAge()}")
        }
    } catch (error: HumansealException) {
        System.err.println("${error.stableCode()}: ${error.message}")
        exitProcess(1)
    }
}
