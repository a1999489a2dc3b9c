using VastPS.Kernel.Logs;

namespace VastPS.Tests.Kernel.Logs;

public sealed class EventReaderTests
{
    // The check value of CRC-32C for "123456789" is 0xe3069283 (RFC 3720 has it); masked as TFRecord does.
    [Fact]
    public void The_first_record_of_TensorFlow_is_known_by_its_checksum()
    {
        // A version record of 24 bytes, as tf.summary and PyTorch begin their files.
        byte[] head = [0x18, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22];
        Assert.True(EventReader.IsHead(head));
        head[0] ^= 1;
        Assert.False(EventReader.IsHead(head));
    }

    [Fact]
    public void Scalars_are_read_in_pieces_of_any_size()
    {
        var writer = new EventFileWriter();
        writer.Simple(1.75e9 + 1, 10, ("train/loss", 2.31f), ("train/grad_norm", float.NaN));
        writer.Tensor(1.75e9 + 2, 20, "eval/loss", 2.5f);
        writer.Other(2_000_000);
        writer.Simple(1.75e9 + 3, 5_000_000_000, ("train/loss", float.PositiveInfinity));
        foreach (int size in new[] { 1, 7, 4096, int.MaxValue })
        {
            var reader = new EventReader();
            byte[][] pieces = size == 1 ? [.. writer.File.Take(400).Chunk(1), writer.File[400..]] : [.. writer.File.Chunk(size)];
            List<VastMetric> metrics = [.. pieces.SelectMany(p => reader.Add(p))];
            Assert.Equal("@10 train/loss=2.31 train/grad_norm=NaN @20 eval/loss=2.5 @5000000000 train/loss=∞", ReadLog.Shown(metrics));
            Assert.Null(reader.DamagedAt);
            Assert.Equal(["loss", "grad_norm", "eval_loss", "loss"], metrics.Select(m => m.CommonName));
            Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1.75e9 + 1), metrics[0].Time);
        }
    }

    // Made by a writer that shares no code with this one: Python, from the published formats of TFRecord and Protocol Buffers, its CRC-32C
    // by the polynomial and checked with the values of RFC 3720. A version record, simple_value as PyTorch writes it, tensor_content and
    // float_val as TensorFlow 2 does, and a text.
    [Fact]
    public void A_file_of_another_writer_is_read()
    {
        const string File =
            "GAAAAAAAAACjf0siCQAAIGC4E9pBGg1icmFpbi5FdmVudDoyDbeICzgAAAAAAAAAo3l9VwkAAEBguBPaQRAKKisKEQoKdHJhaW4vbG9zcxUK1x"
            + "NAChYKD3RyYWluL2dyYWRfbm9ybRUAAMB/gyBsEjMAAAAAAAAADKcgVgkAAIBguBPaQRAKKiYKJAoJZXZhbC9sb3NzQgoIARIAIgQAACBASgsK"
            + "CQoHc2NhbGFyc6KPMsVSAAAAAAAAACXrB7cJAADAYLgT2kEQFCpFCiUKCnRyYWluL2xvc3NCCggBEgAqBAAA4D9KCwoJCgdzY2FsYXJzChwKBG"
            + "5vdGVCCggHQgZsb3NzIDlKCAoGCgR0ZXh0J416SiAAAAAAAAAAKe2pUAkAAABhuBPaQRAeKhMKEQoKdHJhaW4vbG9zcxVvEoM6Y25zOQ==";
        var reader = new EventReader();
        byte[] file = Convert.FromBase64String(File);
        Assert.True(EventReader.IsHead(file));
        IReadOnlyList<VastMetric> metrics = reader.Add(file);
        Assert.Null(reader.DamagedAt);
        Assert.Equal(
            "@10 train/loss=2.31 train/grad_norm=NaN eval/loss=2.5 @20 train/loss=1.75 @30 train/loss=0.001", ReadLog.Shown(metrics));
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1_750_000_004), metrics[^1].Time);
    }

    [Fact]
    public void What_follows_damage_is_not_read_and_its_place_is_told()
    {
        var writer = new EventFileWriter();
        writer.Simple(1.75e9, 1, ("loss", 1f));
        int at = writer.Length;
        writer.Simple(1.75e9, 2, ("loss", 0.5f));
        writer.Simple(1.75e9, 3, ("loss", 0.25f));
        byte[] file = writer.File;
        file[at + 20] ^= 0x40;
        var reader = new EventReader();
        Assert.Equal("@1 loss=1", ReadLog.Shown(reader.Add(file)));
        Assert.Equal(at, reader.DamagedAt);
    }

    [Fact]
    public void A_record_that_is_still_being_written_is_waited_for()
    {
        var writer = new EventFileWriter();
        writer.Simple(1.75e9, 1, ("loss", 1f));
        writer.Simple(1.75e9, 2, ("loss", 0.5f));
        var reader = new EventReader();
        Assert.Equal("@1 loss=1", ReadLog.Shown(reader.Add(writer.File.AsSpan()[..^3])));
        Assert.Equal("@2 loss=0.5", ReadLog.Shown(reader.Add(writer.File.AsSpan()[^3..])));
    }

    // Whatever stands in a record, its fields end with it.
    [Fact]
    public void Random_messages_end()
    {
        var chance = new Random(5);
        for (int i = 0; i < 2000; i++)
        {
            byte[] data = new byte[chance.Next(60)];
            chance.NextBytes(data);
            var fields = new WireFields(data);
            int count = 0;
            while (fields.Next())
            {
                count++;
            }

            Assert.InRange(count, 0, data.Length);
        }
    }
}
