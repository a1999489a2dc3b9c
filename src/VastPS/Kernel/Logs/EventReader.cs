using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using VastPS.Kernel.Text;

namespace VastPS.Kernel.Logs;

/// <summary>
/// Reads the event files of TensorBoard as their bytes come. Each record is its length, a checksum of that, the data and a checksum of the
/// data (TFRecord: CRC-32C, masked); the data is an Event in the wire format of Protocol Buffers, of which the scalars are read.
/// </summary>
internal sealed class EventReader
{
    /// <summary>Length and its checksum.</summary>
    public const int HeadBytes = 12;

    // Pictures and histograms are passed over without being held.
    private const int MostHeldBytes = 1 << 20;
    private const int TailBytes = 4;

    private readonly ArrayBufferWriter<byte> _held = new();
    private readonly Dictionary<string, MetricName> _names = [];
    private long _skip;
    private long _at;

    /// <summary>Where the record lies that is damaged: nothing behind it is read; null where all was well.</summary>
    public long? DamagedAt { get; private set; }

    /// <summary>True for the beginning of an event file: its first checksum is right.</summary>
    public static bool IsHead(ReadOnlySpan<byte> head) => head.Length >= HeadBytes
        && BinaryPrimitives.ReadUInt64LittleEndian(head) is > 0 and < int.MaxValue
        && BinaryPrimitives.ReadUInt32LittleEndian(head[8..]) == Masked(head[..8]);

    /// <summary>The scalars of the records that these bytes complete.</summary>
    public IReadOnlyList<VastMetric> Add(ReadOnlySpan<byte> bytes)
    {
        var metrics = new List<VastMetric>();
        while (!bytes.IsEmpty && DamagedAt is null)
        {
            int passed = (int)Math.Min(_skip, bytes.Length);
            (_skip, _at) = (_skip - passed, _at + passed);
            bytes = bytes[passed..];
            int wanted = Wanted() - _held.WrittenCount;
            int taken = Math.Min(wanted, bytes.Length);
            _held.Write(bytes[..taken]);
            bytes = bytes[taken..];
            if (taken == wanted && taken > 0)
            {
                Whole(metrics);
            }
        }

        return metrics;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }

    // The head first, then all of it.
    private int Wanted() => _held.WrittenCount < HeadBytes
        ? HeadBytes
        : HeadBytes + (int)BinaryPrimitives.ReadUInt64LittleEndian(_held.WrittenSpan) + TailBytes;

    private void Whole(List<VastMetric> metrics)
    {
        ReadOnlySpan<byte> record = _held.WrittenSpan;
        if (record.Length == HeadBytes)
        {
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(record);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record[8..]) != Masked(record[..8]))
            {
                DamagedAt = _at;
            }
            else if (length > MostHeldBytes)
            {
                _skip = (long)Math.Min(length, long.MaxValue / 2) + TailBytes;
                _at += HeadBytes;
                _held.ResetWrittenCount();
            }

            return;
        }

        ReadOnlySpan<byte> data = record[HeadBytes..^TailBytes];
        if (BinaryPrimitives.ReadUInt32LittleEndian(record[^TailBytes..]) != Masked(data))
        {
            DamagedAt = _at;
            return;
        }

        Event(data, metrics);
        _at += record.Length;
        _held.ResetWrittenCount();
    }

    // Event: 1 wall_time, 2 step, 5 summary.
    private void Event(ReadOnlySpan<byte> data, List<VastMetric> metrics)
    {
        (double time, long step) = (0, 0);
        ReadOnlySpan<byte> summary = default;
        var fields = new WireFields(data);
        while (fields.Next())
        {
            switch (fields.Number)
            {
                case 1:
                    time = BitConverter.UInt64BitsToDouble(fields.Value);
                    break;
                case 2:
                    step = (long)fields.Value;
                    break;
                case 5:
                    summary = fields.Bytes;
                    break;
            }
        }

        DateTimeOffset? at = time is > 0 and < 1e11 ? DateTimeOffset.UnixEpoch.AddSeconds(time) : null;
        VastMetric.Source? source = null;
        var values = new WireFields(summary);
        while (values.Next())
        {
            if (values.Number == 1 && Scalar(values.Bytes) is { } scalar)
            {
                source ??= new VastMetric.Source(step, null, at, "", _at);
                if (!_names.TryGetValue(scalar.Tag, out MetricName? name))
                {
                    _names[scalar.Tag] = name = MetricNames.Of(MetricNames.Fold(scalar.Tag));
                }

                metrics.Add(new VastMetric(source with { Line = scalar.Tag }, name.Name, scalar.Value, name.Common));
            }
        }
    }

    // Summary.Value: 1 tag, 2 simple_value, 8 tensor.
    private static (string Tag, double Value)? Scalar(ReadOnlySpan<byte> data)
    {
        string tag = "";
        double? value = null;
        var fields = new WireFields(data);
        while (fields.Next())
        {
            switch (fields.Number)
            {
                case 1:
                    tag = TerminalText.Line(Encoding.UTF8.GetString(fields.Bytes));
                    break;
                case 2:
                    value = BitConverter.UInt32BitsToSingle((uint)fields.Value);
                    break;
                case 8:
                    value = Tensor(fields.Bytes);
                    break;
            }
        }

        return value is { } number && tag.Length > 0 ? (tag, Short(number)) : null;
    }

    // A float that was 2.31 is shown as 2.31, not with the digits of its nearest double.
    private static double Short(double value) => double.IsFinite(value) && (float)value == value
        ? double.Parse(((float)value).ToString("R", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture)
        : value;

    // TensorProto: 1 dtype (1 float, 2 double), 4 tensor_content, 5 float_val, 6 double_val, 7 int_val, 10 int64_val. One number only.
    private static double? Tensor(ReadOnlySpan<byte> data)
    {
        double? value = null;
        ulong type = 1;
        var fields = new WireFields(data);
        while (fields.Next())
        {
            ReadOnlySpan<byte> bytes = fields.Bytes;
            switch (fields.Number)
            {
                case 1:
                    type = fields.Value;
                    break;
                case 4 or 5 or 6 when bytes.Length == 4 && type == 1:
                    value = BinaryPrimitives.ReadSingleLittleEndian(bytes);
                    break;
                case 4 or 5 or 6 when bytes.Length == 8 && type == 2:
                    value = BinaryPrimitives.ReadDoubleLittleEndian(bytes);
                    break;
                case 5 when bytes.IsEmpty:
                    value = BitConverter.UInt32BitsToSingle((uint)fields.Value);
                    break;
                case 6 when bytes.IsEmpty:
                    value = BitConverter.UInt64BitsToDouble(fields.Value);
                    break;
                case 7 or 10 when bytes.IsEmpty:
                    value = (long)fields.Value;
                    break;
            }
        }

        return value;
    }
}
