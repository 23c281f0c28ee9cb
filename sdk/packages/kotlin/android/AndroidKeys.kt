// The keys of an Android phone for a device: Android 9 (API 28) or newer. Copied into an app.

package humanseal.android

import android.content.Context
import android.content.pm.PackageManager
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import humanseal.Attestation
import humanseal.DeviceLevel
import humanseal.KeyProvider
import humanseal.ProviderException
import humanseal.deviceMessage
import java.security.GeneralSecurityException
import java.security.KeyPairGenerator
import java.security.KeyStore
import java.security.KeyStoreException
import java.security.PrivateKey
import java.security.ProviderException as StoreException
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import javax.crypto.KeyGenerator
import javax.crypto.Mac
import javax.crypto.SecretKey

private const val STORE = "AndroidKeyStore"
private const val SESSION = "humanseal-session"
private const val WALLET = "humanseal-wallet"

/** Names in the key store belong to the whole app, however many providers it makes: one of them at a time. */
private val oneAtATime = Any()

/** Keys in StrongBox where the phone has one, else in its TEE. */
class AndroidKeys(context: Context) : KeyProvider {
    private val notes = context.getSharedPreferences("humanseal", Context.MODE_PRIVATE)
    private val strongBox = context.packageManager.hasSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE)
    private val store = KeyStore.getInstance(STORE).apply { load(null) }

    override fun level() = if (strongBox) DeviceLevel.STRONG_BOX else DeviceLevel.HARDWARE

    /** A fresh key with the digest as its challenge; it signs once and goes, so that nothing links two sessions. */
    override fun attest(digest: ByteArray): Attestation = asked {
        val spec = KeyGenParameterSpec.Builder(SESSION, KeyProperties.PURPOSE_SIGN)
            .setAlgorithmParameterSpec(ECGenParameterSpec("secp256r1"))
            .setDigests(KeyProperties.DIGEST_SHA256)
            .setAttestationChallenge(digest)
            .setIsStrongBoxBacked(strongBox)
            .build()
        try {
            val pair = KeyPairGenerator.getInstance(KeyProperties.KEY_ALGORITHM_EC, STORE)
                .apply { initialize(spec) }
                .generateKeyPair()
            val signature = Signature.getInstance("SHA256withECDSA").run {
                initSign(pair.private as PrivateKey)
                update(deviceMessage(digest))
                sign()
            }
            val chain = store.getCertificateChain(SESSION) ?: throw KeyStoreException("the key has no chain")
            Attestation.AndroidKey(chain.map { it.encoded }, signature)
        } finally {
            store.deleteEntry(SESSION)
        }
    }

    /** HMAC of the salt under a key that the key store makes once and never gives away. */
    override fun walletSecret(salt: ByteArray): ByteArray = asked {
        val key = store.getKey(WALLET, null) ?: newWalletKey()
        Mac.getInstance("HmacSHA256").run {
            init(key)
            doFinal(salt)
        }
    }

    /** A key that was made once and is not found is no reason to make another: it would close the wallet for ever. */
    private fun newWalletKey(): SecretKey {
        if (notes.getBoolean(WALLET, false)) throw KeyStoreException("the wallet's key is not found")
        val spec = KeyGenParameterSpec.Builder(WALLET, KeyProperties.PURPOSE_SIGN)
            .setIsStrongBoxBacked(strongBox)
            .build()
        val key = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_HMAC_SHA256, STORE).run {
            init(spec)
            generateKey()
        }
        if (!notes.edit().putBoolean(WALLET, true).commit()) throw KeyStoreException("the app's notes are not kept")
        return key
    }

    /** What the key store throws, as the library expects it. Its text is dropped: it may show anything. */
    private fun <T> asked(work: () -> T): T =
        try {
            synchronized(oneAtATime, work)
        } catch (error: GeneralSecurityException) {
            throw ProviderException.Failed("the key store failed")
        } catch (error: StoreException) {
            throw ProviderException.Failed("the key store failed")
        }
}
