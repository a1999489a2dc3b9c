using System.Buffers.Binary;
using System.Text;

namespace VastPS.Kernel.Text;

/// <summary>The binary form of ssh: numbers of four bytes, highest first, and fields with their length before them.</summary>
internal static class SshWire
{
    public static byte[] Number(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Field(ReadOnlySpan<byte> content) => [.. Number((uint)content.Length), .. content];

    public static byte[] Field(string text) => Field(Encoding.UTF8.GetBytes(text));

    /// <summary>Takes a number off the front; false where there is none.</summary>
    public static bool TryNumber(ref ReadOnlySpan<byte> rest, out uint number)
    {
        bool there = BinaryPrimitives.TryReadUInt32BigEndian(rest, out number);
        rest = there ? rest[4..] : rest;
        return there;
    }

    /// <summary>Takes a field off the front; false where it is not complete.</summary>
    public static bool TryField(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> field)
    {
        field = default;
        ReadOnlySpan<byte> after = rest;
        if (!TryNumber(ref after, out uint length) || length > after.Length)
        {
            return false;
        }

        field = after[..(int)length];
        rest = after[(int)length..];
        return true;
    }
}
