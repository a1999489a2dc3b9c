using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace VastPS.Tests.Kernel.Logs;

/// <summary>Writes event files by the public format: TFRecord frames with masked CRC-32C around messages of Protocol Buffers.</summary>
internal sealed class EventFileWriter
{
    private readonly List<byte> _bytes = [];

    public EventFileWriter() => Record([.. Double(1, 1.75e9), .. Bytes(3, "brain.Event:2"u8)]);

    public byte[] File => [.. _bytes];

    public int Length => _bytes.Count;

    /// <summary>As SummaryWriter of PyTorch writes: simple_value.</summary>
    public void Simple(double time, long step, params (string Tag, float Value)[] values) => Event(
        time, step, [.. values.SelectMany(v => Bytes(1, [.. Bytes(1, Encoding.UTF8.GetBytes(v.Tag)), .. Float(2, v.Value)]))]);

    /// <summary>As tf.summary.scalar of TensorFlow 2 writes: a tensor with one number.</summary>
    public void Tensor(double time, long step, string tag, float value)
    {
        byte[] content = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(content, value);
        byte[] tensor = [.. Number(1, 1), .. Bytes(2, []), .. Bytes(4, content)];
        byte[] metadata = Bytes(1, Bytes(1, "scalars"u8));
        Event(time, step, Bytes(1, [.. Bytes(1, Encoding.UTF8.GetBytes(tag)), .. Bytes(9, metadata), .. Bytes(8, tensor)]));
    }

    /// <summary>A picture, or a histogram: a record that holds no scalar.</summary>
    public void Other(int size) => Event(1.75e9, 1, Bytes(1, [.. Bytes(1, "images"u8), .. Bytes(4, new byte[size])]));

    private void Event(double time, long step, byte[] summary) =>
        Record([.. Double(1, time), .. Number(2, (ulong)step), .. Bytes(5, summary)]);

    private void Record(byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)data.Length);
        _bytes.AddRange([.. length, .. Crc(length), .. data, .. Crc(data)]);
    }

    private static byte[] Crc(byte[] data)
    {
        uint crc = ~data.Aggregate(uint.MaxValue, BitOperations.Crc32C);
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, ((crc >> 15) | (crc << 17)) + 0xa282ead8);
        return bytes;
    }

    private static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    private static byte[] Bytes(int field, ReadOnlySpan<byte> value) =>
        [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)value.Length), .. value];

    private static byte[] Double(int field, double value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return [.. Varint(((ulong)field << 3) | 1), .. bytes];
    }

    private static byte[] Float(int field, float value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return [.. Varint(((ulong)field << 3) | 5), .. bytes];
    }

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 127; value >>= 7)
        {
            bytes.Add((byte)((value & 127) | 128));
        }

        return [.. bytes, (byte)value];
    }
}
