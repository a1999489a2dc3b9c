using VastPS.Features.Runs;

namespace VastPS.Tests.Features.Runs;

/// <summary>Which commands can hide the code of what they run.</summary>
public sealed class CommandTextTests
{
    [Theory]
    [InlineData("python train.py")]
    [InlineData("bash train.sh")]
    [InlineData("bash -c 'cd /root && python train.py'")]
    [InlineData("bash -o pipefail -c 'python train.py | tee log'")]
    [InlineData("bash -lc 'python train.py --note \"a; b\"'")]
    [InlineData("python a.py && python train.py")]
    [InlineData("cd /root/code && python train.py --name 'a; b || c' 2>&1 | tee train.log")]
    [InlineData("cd /root/code; export A=1; python train.py > train.log 2>&1")]
    [InlineData("set -e\npython prepare.py\npython train.py\necho done")]
    [InlineData("set -euo pipefail; python a.py; python b.py")]
    [InlineData("echo working; sleep 1; echo done")]
    [InlineData("for i in $(seq 20); do sleep 0.1; echo \"step $i loss 1.5\"; done")]
    [InlineData("python train.py \\\n  --epochs 3 # one; two || three")]
    [InlineData("cat > config.yaml <<END\na: 1; b | c || d\nEND\npython train.py")]
    [InlineData("python -c \"import torch; print(1)\"")]
    public void A_plain_command_hides_nothing(string text) => Assert.Null(CommandText.Hides(text, hasPipefail: true));

    [Theory]
    [InlineData("python train.py || true", "||")]
    [InlineData("python train.py && touch DONE || touch FAILED", "||")]
    [InlineData("bash -c 'python train.py || true'", "||")]
    [InlineData("sh -c \"python train.py; true\"", ";")]
    [InlineData("eval 'python train.py || :'", "||")]
    [InlineData("sh -c 'exit 3' | cat; true", ";")]
    [InlineData("bash -c 'python train.py | tee log'", "pipefail")]
    [InlineData("python train.py; echo finished", ";")]
    [InlineData("python train.py\npython evaluate.py", ";")]
    [InlineData("python train.py & wait", "&")]
    [InlineData("if python train.py; then echo good; fi", "condition")]
    [InlineData("for s in 1 2 3; do python train.py --seed $s; done", "loop")]
    public void What_can_hide_a_code_is_named(string text, string hidden) =>
        Assert.Contains(hidden, CommandText.Hides(text, hasPipefail: true), StringComparison.Ordinal);

    [Fact]
    public void A_pipe_hides_a_code_where_there_is_no_pipefail()
    {
        Assert.Contains("pipefail", CommandText.Hides("python train.py | tee log", hasPipefail: false), StringComparison.Ordinal);
        Assert.Null(CommandText.Hides("python train.py | tee log", hasPipefail: true));
    }
}
