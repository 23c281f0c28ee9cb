// Chips that sign with Bouncy Castle, as fixtures/vectors/chips.tsv holds them: see chips.sh.

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA224Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.signers.ISO9796d2Signer;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.encoders.Hex;

public class Chips {
    static final SecureRandom random = new SecureRandom();

    public static void main(String[] arguments) throws Exception {
        BouncyCastleProvider provider = new BouncyCastleProvider();
        Security.addProvider(provider);
        System.out.println("# Answers to INTERNAL AUTHENTICATE by Bouncy Castle " + provider.getVersionStr()
            + " (scripts/vectors/chips.sh): name, EF.DG15, EF.DG14 or -, challenge, answer.");
        int[] sizes = {1024, 1280, 1536, 1792, 1984, 2048, 3072, 4096};
        for (int bits : sizes) {
            for (String digest : new String[] {"SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512"}) {
                // All digests for the sizes that passports have, one for the others.
                if (bits == 1024 || bits == 2048 || digest.equals(bits % 3 == 0 ? "SHA-1" : "SHA-256")) {
                    recovery(bits, digest, bits == 1280 ? BigInteger.valueOf(3) : RSAKeyGenParameterSpec.F4);
                }
            }
        }
        String[][] curves = {
            {"P-256", "224 256"}, {"P-384", "224 256 384"}, {"P-521", "224 256 384 512"},
            {"brainpoolP256r1", "224 256"}, {"brainpoolP384r1", "224 256 384"}};
        for (String[] curve : curves) {
            for (String bits : curve[1].split(" ")) {
                curve(curve[0], bits, true, true);
                curve(curve[0], bits, true, false);
            }
            // Nobody says which digest; on the longer curves also one that is shorter than the key.
            String longest = curve[1].substring(curve[1].length() - 3);
            curve(curve[0], longest, false, true);
            if (!longest.equals("256")) {
                curve(curve[0], "256", false, true);
            }
        }
        curve("brainpoolP512r1", "256", true, true);
        // Not supported.
        for (String curve : new String[] {"P-224", "brainpoolP224r1"}) {
            curve(curve, "224", true, true);
        }
        curve("brainpoolP320r1", "256", true, true);
        recovery(768, "SHA-1", RSAKeyGenParameterSpec.F4);
    }

    static void recovery(int bits, String digest, BigInteger exponent) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "BC");
        generator.initialize(new RSAKeyGenParameterSpec(bits, exponent), random);
        KeyPair pair = generator.generateKeyPair();
        RSAPrivateKey key = (RSAPrivateKey) pair.getPrivate();
        Digest hash = digest(digest);
        boolean implicit = digest.equals("SHA-1");
        ISO9796d2Signer signer = new ISO9796d2Signer(new RSAEngine(), hash, implicit);
        signer.init(true, new RSAKeyParameters(true, key.getModulus(), key.getPrivateExponent()));
        byte[] recovered = bytes(bits / 8 - 1 - hash.getDigestSize() - (implicit ? 1 : 2));
        byte[] challenge = bytes(8);
        signer.update(recovered, 0, recovered.length);
        signer.update(challenge, 0, 8);
        byte[] signature = signer.generateSignature();
        row("RSA-" + bits + " " + digest + " e=" + exponent, pair, null, challenge, signature);
    }

    static void curve(String name, String bits, boolean stated, boolean plain) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", "BC");
        generator.initialize(new ECGenParameterSpec(name), random);
        KeyPair pair = generator.generateKeyPair();
        String scheme = plain ? "PLAIN-ECDSA" : "ECDSA";
        Signature signer = Signature.getInstance("SHA" + bits + "with" + scheme, "BC");
        signer.initSign(pair.getPrivate(), random);
        byte[] challenge = bytes(8);
        signer.update(challenge);
        String arc = plain ? "0.4.0.127.0.7.1.1.4.1." : "1.2.840.10045.4.3.";
        int place = java.util.Arrays.asList("224", "256", "384", "512").indexOf(bits);
        String algorithm = stated ? arc + (place + (plain ? 2 : 1)) : null;
        String title = name + " SHA-" + bits + (plain ? " plain" : " DER") + (stated ? "" : " unstated");
        row(title, pair, algorithm, challenge, signer.sign());
    }

    static void row(String name, KeyPair pair, String algorithm, byte[] challenge, byte[] answer) throws Exception {
        String dg14 = "-";
        if (algorithm != null) {
            // A ChipAuthenticationInfo beside it, as chips have.
            DERSequence other = sequence("0.4.0.127.0.7.2.2.3.2.2", 1, null);
            DERSequence active = sequence("2.23.136.1.1.5", 1, algorithm);
            DERSet set = new DERSet(new DERSequence[] {other, active});
            dg14 = Hex.toHexString(object(0x6e, set.getEncoded("DER")));
        }
        String dg15 = Hex.toHexString(object(0x6f, pair.getPublic().getEncoded()));
        System.out.println(String.join("\t", name, dg15, dg14, Hex.toHexString(challenge), Hex.toHexString(answer)));
    }

    static DERSequence sequence(String protocol, int version, String algorithm) {
        ASN1EncodableVector parts = new ASN1EncodableVector();
        parts.add(new ASN1ObjectIdentifier(protocol));
        parts.add(new ASN1Integer(version));
        if (algorithm != null) {
            parts.add(new ASN1ObjectIdentifier(algorithm));
        }
        return new DERSequence(parts);
    }

    static byte[] object(int tag, byte[] value) {
        int length = value.length;
        byte[] head = length < 128 ? new byte[] {(byte) tag, (byte) length}
            : length < 256 ? new byte[] {(byte) tag, (byte) 0x81, (byte) length}
            : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        byte[] all = java.util.Arrays.copyOf(head, head.length + length);
        System.arraycopy(value, 0, all, head.length, length);
        return all;
    }

    static Digest digest(String name) {
        switch (name) {
            case "SHA-1": return new SHA1Digest();
            case "SHA-224": return new SHA224Digest();
            case "SHA-256": return new SHA256Digest();
            case "SHA-384": return new SHA384Digest();
            default: return new SHA512Digest();
        }
    }

    static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
