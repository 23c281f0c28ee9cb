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
import java.security.PrivateKey
import java.security.ProviderException as StoreException
import java.security.Signature
import java.security.spec.ECGenParameterSpec
import javax.crypto.KeyGenerator
import javax.crypto.Mac

private const val STORE = "AndroidKeyStore"
private const val SESSION = "humanseal-session"
private const val WALLET = "humanseal-wallet"

/** Keys in StrongBox where the phone has one, else in its TEE. */
class AndroidKeys(context: Context) : KeyProvider {
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
            Attestation.AndroidKey(store.getCertificateChain(SESSION).map { it.encoded }, signature)
        } finally {
            store.deleteEntry(SESSION)
        }
    }

    /** HMAC of the salt under a key that the key store makes once and never gives away. */
    override fun walletSecret(salt: ByteArray): ByteArray = asked {
        if (!store.containsAlias(WALLET)) {
            val spec = KeyGenParameterSpec.Builder(WALLET, KeyProperties.PURPOSE_SIGN)
                .setIsStrongBoxBacked(strongBox)
                .build()
            KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_HMAC_SHA256, STORE).run {
                init(spec)
                generateKey()
            }
        }
        Mac.getInstance("HmacSHA256").run {
            init(store.getKey(WALLET, null))
            doFinal(salt)
        }
    }

    /** What the key store throws, as the library expects it. Its text is dropped: it may show anything. */
    private fun <T> asked(work: () -> T): T =
        try {
            work()
        } catch (error: GeneralSecurityException) {
            throw ProviderException.Failed("the key store failed")
        } catch (error: StoreException) {
            throw ProviderException.Failed("the key store failed")
        }
}
