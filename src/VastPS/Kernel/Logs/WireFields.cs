using System.Buffers.Binary;

namespace VastPS.Kernel.Logs;

/// <summary>Goes through the fields of a message in the wire format of Protocol Buffers; what is damaged ends it.</summary>
internal ref struct WireFields(ReadOnlySpan<byte> data)
{
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>The number of the field.</summary>
    public int Number { get; private set; }

    /// <summary>Its number, as bits; 0 for a field of bytes.</summary>
    public ulong Value { get; private set; }

    /// <summary>Its bytes; empty for a field that is a number.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Goes to the next field; false at the end.</summary>
    public bool Next()
    {
        Value = 0;
        Bytes = default;
        if (_rest.IsEmpty || !Varint(out ulong key))
        {
            return false;
        }

        Number = (int)(key >> 3);
        switch (key & 7)
        {
            case 0:
                bool isWhole = Varint(out ulong value);
                Value = value;
                return isWhole;
            case 1 when _rest.Length >= 8:
                Value = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
                _rest = _rest[8..];
                return true;
            case 2 when Varint(out ulong length) && length <= (ulong)_rest.Length:
                Bytes = _rest[..(int)length];
                _rest = _rest[(int)length..];
                return true;
            case 5 when _rest.Length >= 4:
                Value = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
                _rest = _rest[4..];
                return true;
            default:
                return false;
        }
    }

    private bool Varint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < Math.Min(10, _rest.Length); i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        _rest = default;
        return false;
    }
}
