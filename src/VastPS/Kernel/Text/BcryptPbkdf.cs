using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace VastPS.Kernel.Text;

/// <summary>Turns a passphrase into a key the way OpenSSH does for its private key files: bcrypt in rounds, with SHA-512.</summary>
internal static class BcryptPbkdf
{
    private const int Halves = 18;
    private const int BoxWords = 1024;
    private const int HashBytes = 32;
    private const int Cost = 64;

    // Blowfish begins with the digits of pi behind the point.
    private static readonly Lazy<uint[]> s_pi = new(() => DigitsOfPi(Halves + BoxWords));

    public static byte[] Derive(ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, int rounds, int length)
    {
        byte[] pass = SHA512.HashData(passphrase);
        byte[] key = new byte[length];
        int stride = (length + HashBytes - 1) / HashBytes;
        for (int block = 0; block < stride; block++)
        {
            byte[] part = Hash(pass, SHA512.HashData([.. salt, .. SshWire.Number((uint)block + 1)]));
            byte[] sum = [.. part];
            for (int round = 1; round < rounds; round++)
            {
                part = Hash(pass, SHA512.HashData(part));
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] ^= part[i];
                }
            }

            // Each block gives every n-th byte of the key.
            for (int i = 0; (i * stride) + block < length; i++)
            {
                key[(i * stride) + block] = sum[i];
            }
        }

        return key;
    }

    private static byte[] Hash(byte[] pass, byte[] salt)
    {
        uint[] state = [.. s_pi.Value];
        Expand(state, pass, salt);
        byte[] nothing = new byte[4];
        for (int i = 0; i < Cost; i++)
        {
            Expand(state, salt, nothing);
            Expand(state, pass, nothing);
        }

        ReadOnlySpan<byte> text = "OxychromaticBlowfishSwatDynamite"u8;
        byte[] hash = new byte[HashBytes];
        for (int i = 0; i < HashBytes; i += 8)
        {
            uint left = BinaryPrimitives.ReadUInt32BigEndian(text[i..]);
            uint right = BinaryPrimitives.ReadUInt32BigEndian(text[(i + 4)..]);
            for (int turn = 0; turn < Cost; turn++)
            {
                Encipher(state, ref left, ref right);
            }

            BinaryPrimitives.WriteUInt32LittleEndian(hash.AsSpan(i), left);
            BinaryPrimitives.WriteUInt32LittleEndian(hash.AsSpan(i + 4), right);
        }

        return hash;
    }

    private static void Expand(uint[] state, byte[] key, byte[] data)
    {
        int at = 0;
        for (int i = 0; i < Halves; i++)
        {
            state[i] ^= Next(key, ref at);
        }

        at = 0;
        (uint left, uint right) = (0, 0);
        for (int i = 0; i < state.Length; i += 2)
        {
            left ^= Next(data, ref at);
            right ^= Next(data, ref at);
            Encipher(state, ref left, ref right);
            (state[i], state[i + 1]) = (left, right);
        }
    }

    private static uint Next(byte[] ring, ref int at)
    {
        uint word = BinaryPrimitives.ReadUInt32BigEndian(ring.AsSpan(at));
        at = (at + 4) % ring.Length;
        return word;
    }

    // The state is the 18 subkeys, then the four boxes of 256.
    private static void Encipher(uint[] state, ref uint left, ref uint right)
    {
        for (int i = 0; i < Halves - 2; i++)
        {
            left ^= state[i];
            uint mixed =
                ((state[18 + (left >> 24)] + state[274 + (left >> 16 & 255)]) ^ state[530 + (left >> 8 & 255)]) + state[786 + (left & 255)];
            (left, right) = (right ^ mixed, left);
        }

        (left, right) = (right ^ state[Halves - 1], left ^ state[Halves - 2]);
    }

    // Machin's formula: pi = 16 arctan(1/5) - 4 arctan(1/239).
    private static uint[] DigitsOfPi(int words)
    {
        const int Guard = 64;
        BigInteger one = BigInteger.One << ((words * 32) + Guard);
        BigInteger digits = ((16 * ArcTan(one, 5)) - (4 * ArcTan(one, 239)) - (3 * one)) >> Guard;
        byte[] bytes = digits.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. Enumerable.Range(0, words).Select(i => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(i * 4)))];
    }

    private static BigInteger ArcTan(BigInteger one, int inverse)
    {
        BigInteger power = one / inverse;
        BigInteger sum = power;
        for (int n = 3; !power.IsZero; n += 2)
        {
            power = -power / (inverse * inverse);
            sum += power / n;
        }

        return sum;
    }
}
