using System.Buffers.Binary;
using System.Text;
using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

public class ModelAgreementRuleTests
{
    private static readonly ModelCard s_known = ModelConfig.Read(
        """{ "model_type": "llama", "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 14, "num_attention_heads": 16, "vocab_size": 32000, "torch_dtype": "bfloat16" }""",
        "config.json");

    [Fact]
    public void Files_that_agree_give_the_exact_count() =>
        Assert.Equal(s_known.Parameters + 123, Agree(s_known, Types(("BF16", s_known.Parameters + 123))).Parameters);

    // An index tells bytes alone: of the types that may explain them the one counts that does.
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Bytes_are_read_by_the_type_that_explains_them(double size)
    {
        ModelCard card = Agree(s_known, new TensorCount { Bytes = size * s_known.Parameters });

        Assert.Equal(s_known.Parameters, card.Parameters);
        Assert.Empty(card.Notes);
    }

    [Fact]
    public void A_layer_that_predicts_further_is_named_and_not_counted()
    {
        ModelCard card = Agree(s_known, Types(("BF16", s_known.Parameters + s_known.LayerParameters)));

        Assert.Equal(s_known.Parameters, card.Parameters);
        Assert.Contains(card.Parts, p => p.StartsWith("prediction layer", StringComparison.Ordinal));
    }

    [Fact]
    public void A_head_that_the_files_do_not_have_is_the_embedding()
    {
        ModelCard card = Agree(s_known, Types(("BF16", s_known.Parameters - (32000L * 1024))));

        Assert.True(card.Shape.TiedEmbeddings);
        Assert.Empty(card.Notes);
    }

    [Fact]
    public void A_few_percent_apart_the_files_are_believed_and_that_is_said()
    {
        long held = (long)(1.025 * s_known.Parameters);

        ModelCard card = Agree(s_known, Types(("BF16", held)));

        Assert.Equal((held, true), (card.Parameters, card.Shape.IsApproximate));
        Assert.Single(card.Notes);
    }

    [Fact]
    public void Far_apart_is_a_contradiction()
    {
        VastException error = Assert.Throws<VastException>(() => Agree(s_known, Types(("BF16", 2 * s_known.Parameters))));

        Assert.Equal(VastReason.ModelContradicts, error.Reason);
    }

    // Eight codes of 4 bits in an integer, two in a byte: with their scales a few percent more than the parameters.
    [Theory]
    [InlineData("gptq 4 bits", "I32", 8)]
    [InlineData("bitsandbytes nf4", "U8", 2)]
    public void Packed_weights_are_counted_as_what_they_are(string stored, string type, long codes)
    {
        long words = 2L * 32000 * 1024;
        long packed = (long)(1.03 * (s_known.Parameters - words) / codes);

        ModelCard card = Agree(s_known with { StoredAs = stored }, Types((type, packed), ("F16", words)));

        Assert.Equal(s_known.Parameters, card.Parameters);
    }

    [Fact]
    public void Packed_files_of_a_smaller_model_contradict() => Assert.Equal(
        VastReason.ModelContradicts,
        Assert.Throws<VastException>(() =>
            Agree(s_known with { StoredAs = "gptq 4 bits" }, Types(("I32", 1_000_000), ("F16", 5_000_000)))).Reason);

    [Fact]
    public void The_head_of_a_file_is_counted_tensor_by_tensor()
    {
        TensorCount tensors = HubTextParser.Head(File("""
            { "__metadata__": { "format": "pt" },
              "a.qweight": { "dtype": "I32", "shape": [64, 256], "data_offsets": [0, 65536] },
              "a.qzeros": { "dtype": "I32", "shape": [4, 32], "data_offsets": [65536, 66048] },
              "a.scales": { "dtype": "F16", "shape": [4, 256], "data_offsets": [66048, 68096] },
              "b.weight": { "dtype": "U8", "shape": [500, 1], "data_offsets": [68096, 68596] },
              "b.weight.absmax": { "dtype": "U8", "shape": [16], "data_offsets": [68596, 68612] },
              "c.weight": { "dtype": "F16", "shape": [10, 10], "data_offsets": [68612, 68812] },
              "embeddings.position_ids": { "dtype": "I64", "shape": [1, 512], "data_offsets": [68812, 72908] } }
            """))!;

        Assert.Equal((64 * 256 * 8) + (500 * 2) + 100, tensors.Unpacked);
        Assert.Equal(64 * 256 + 4 * 32, tensors.ByType!["I32"]);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 123 })]
    [InlineData(new byte[] { 2, 0, 0, 0, 0, 0, 0, 0, 60, 104 })]
    public void What_is_no_head_of_a_file_says_nothing(byte[] bytes) => Assert.Null(HubTextParser.Head(bytes));

    [Theory]
    [InlineData("""{"metadata":{"total_size":123456},"weight_map":{"a":"b""", 123456.0)]
    [InlineData("""{"metadata":{"total_parameters":5,"total_size":7}}""", 7.0)]
    [InlineData("""{"weight_map":{"a":"b"}}""", null)]
    [InlineData("<html>", null)]
    [InlineData("", null)]
    public void The_beginning_of_an_index_tells_the_bytes(string text, double? bytes) =>
        Assert.Equal(bytes, HubTextParser.TotalBytes(Encoding.UTF8.GetBytes(text)));

    private static ModelCard Agree(ModelCard card, TensorCount files) => ModelAgreementRule.Agree(card, files, "a/b");

    private static TensorCount Types(params (string Type, long Count)[] types) =>
        new() { ByType = types.ToDictionary(t => t.Type, t => t.Count, StringComparer.Ordinal) };

    private static byte[] File(string head)
    {
        byte[] text = Encoding.UTF8.GetBytes(head);
        byte[] file = new byte[8 + text.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)text.Length);
        text.CopyTo(file, 8);
        return file;
    }
}
