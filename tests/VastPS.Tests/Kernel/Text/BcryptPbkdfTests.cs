using System.Globalization;
using System.Text;
using VastPS.Kernel.Text;

namespace VastPS.Tests.Kernel.Text;

/// <summary>The vectors that other implementations of bcrypt_pbkdf test themselves with (OpenBSD, Go's x/crypto, pyca/bcrypt).</summary>
public sealed class BcryptPbkdfTests
{
    [Theory]
    [InlineData("password", "salt", 4, "5b bf 0c c2 93 58 7f 1c 36 35 55 5c 27 79 65 98 d4 7e 57 90 71 bf 42 7e 9d 8f be 84 2a ba 34 d9")]
    [InlineData("password", "\0", 4, "c1 2b 56 62 35 ee e0 4c 21 25 98 97 0a 57 9a 67")]
    [InlineData("\0", "salt", 4, "60 51 be 18 c2 f4 f8 2c bf 0e fe e5 47 1b 4b b9")]
    [InlineData(
        "password", "salt", 8,
        "e1 36 7e c5 15 1a 33 fa ac 4c c1 c1 44 cd 23 fa 15 d5 54 84 93 ec c9 9b 9b 5d 9c 0d 3b 27 be c7 "
        + "62 27 ea 66 08 8b 84 9b 20 ab 7a a4 78 01 02 46 e7 4b ba 51 72 3f ef a9 f9 47 4d 65 08 84 5e 8d")]
    public void A_passphrase_becomes_the_key_that_others_make_of_it(string passphrase, string salt, int rounds, string key)
    {
        byte[] wanted = [.. key.Split(' ').Select(b => byte.Parse(b, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        Assert.Equal(wanted, BcryptPbkdf.Derive(Encoding.UTF8.GetBytes(passphrase), Encoding.UTF8.GetBytes(salt), rounds, wanted.Length));
    }
}
