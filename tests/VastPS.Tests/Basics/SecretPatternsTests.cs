using VastPS.Basics;

namespace VastPS.Tests.Basics;

/// <summary>
/// Secrets in commands, and texts that only look like them. The secrets are made of few characters, so that nobody takes them for real.
/// </summary>
public sealed class SecretPatternsTests
{
    private const string A24 = "a1b2a1b2a1b2a1b2a1b2a1b2";

    public static TheoryData<string, string> Commands => new()
    {
        { $"python train.py --hub_token hf_{A24}", $"hf_{A24}" },
        { $"HF_TOKEN=hf_{A24} python train.py", $"hf_{A24}" },
        { $"OPENAI_API_KEY=sk-{A24} python judge.py", $"sk-{A24}" },
        { $"export OPENAI_API_KEY='sk-ab12-{A24}'; python judge.py", $"sk-ab12-{A24}" },
        { $"git clone https://me:ghp_{A24}@github.com/me/train", $"ghp_{A24}" },
        { "git clone https://me:hunter2@example.com/me/train", "hunter2" },
        { $"git clone https://{A24}@example.com/me/train", A24 },
        { $"WANDB_API_KEY={A24}{A24[..16]} python train.py", A24 },
        { $"wandb login {A24}{A24[..16]} && python train.py", A24 },
        { $"wandb login --relogin {A24}{A24[..16]}", A24 },
        { $"export WANDB_API_KEY=\"{A24}\"", A24 },
        { $"python train.py --wandb_key {A24}", A24 },
        { $"python train.py --wandb-api-key={A24}", A24 },
        { "python train.py --token a1b2c3d4e5", "a1b2c3d4e5" },
        { "python train.py --token=a1b2c3d4e5", "a1b2c3d4e5" },
        { "python train.py --token 'a1b2c3d4e5'", "a1b2c3d4e5" },
        { "huggingface-cli login --token mysecretword", "mysecretword" },
        { "AWS_ACCESS_KEY_ID=AKIAA1B2A1B2A1B2A1B2 aws s3 sync s3://b .", "AKIAA1B2A1B2A1B2A1B2" },
        { $"AWS_SECRET_ACCESS_KEY={A24}/a1b2+ aws s3 sync s3://b .", A24 },
        { $"aws configure set aws_secret_access_key {A24}", A24 },
        { "python load.py --password hunter2", "hunter2" },
        { "PGPASSWORD=hunter2 psql -h db", "hunter2" },
        { "MYSQL_PASSWORD='hunter2' ./load", "hunter2" },
        { "MYSQL_PWD=hunter2 ./load", "hunter2" },
        { "SMTP_PASS=hunter2 ./mail", "hunter2" },
        { $"KAGGLE_KEY={A24} kaggle datasets download x", A24 },
        { "psql postgresql://me:hunter2@db/x", "hunter2" },
        { "curl -u me:hunter2 https://example.com/data.tar", "hunter2" },
        { "curl -H 'Authorization: Bearer a1b2c3d4' https://example.com", "a1b2c3d4" },
        { "curl -H \"X-Api-Key: a1b2c3d4\" https://example.com", "a1b2c3d4" },
        { "curl 'https://example.com/data?token=a1b2c3d4'", "a1b2c3d4" },
        { "curl 'https://example.com/data?api_key=a1b2c3d4&n=1'", "a1b2c3d4" },
        { "python -c 'import os; os.environ[\"HF_TOKEN\"] = \"a1b2c3d4\"'", "a1b2c3d4" },
        { "python -c \"from huggingface_hub import login; login('a1b2c3d4a1b2c3d4')\"", "a1b2c3d4a1b2c3d4" },
        { "echo '{\"api_key\": \"a1b2c3d4\"}' > cfg.json", "a1b2c3d4" },
        { "python train.py logger.api_key=a1b2c3d4", "a1b2c3d4" },
        { $"glab auth login --token glpat-{A24}", A24 },
        { "echo '-----BEGIN OPENSSH PRIVATE KEY-----' > k", "" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_secret_in_a_command_is_found_and_masked(string command, string secret)
    {
        Assert.NotNull(SecretPatterns.Find(command));
        Assert.True(secret.Length == 0 || !Redactor.Clean(command).Contains(secret, StringComparison.Ordinal), Redactor.Clean(command));
    }

    [Theory]
    [InlineData("python train.py --token_len 5")]
    [InlineData("python train.py --token-type bpe --max_new_tokens 512 --num_token 4096")]
    [InlineData("python train.py --pad_token '<pad>' --eos_token '</s>' --mask_token '[MASK]'")]
    [InlineData("python train.py --token 512")]
    [InlineData("python train_dreambooth.py --placeholder_token '<cat-toy>' --initializer_token toy")]
    [InlineData("python train.py --trigger_token word2vec --class_token dog99x")]
    [InlineData("PAD_TOKEN=tok2vec1 EOS_TOKEN=endoftext1 MAX_TOKEN=4096 python train.py")]
    [InlineData("TOKENIZERS_PARALLELISM=false python train.py")]
    [InlineData("python train.py --use_auth_token True --hub_token $HF_TOKEN")]
    [InlineData("python train.py --token \"$HF_TOKEN\"")]
    [InlineData("python train.py --token ${HF_TOKEN}")]
    [InlineData("python train.py --token $(cat /run/token)")]
    [InlineData("python train.py --token /run/secrets/hf")]
    [InlineData("python train.py --api-key-env OPENAI_API_KEY --api-key OPENAI_API_KEY")]
    [InlineData("export HF_TOKEN; export WANDB_API_KEY=$WANDB_API_KEY; wandb login; python train.py")]
    [InlineData("WANDB_MODE=offline WANDB_API_KEY= python train.py")]
    [InlineData("curl -u \"$USER:$PASS\" https://example.com/data.tar")]
    [InlineData("curl -H \"Authorization: Bearer $HF_TOKEN\" https://example.com")]
    [InlineData("git clone https://me:$PASS@example.com/x")]
    [InlineData("git clone git@github.com:me/train && git checkout a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2")]
    [InlineData("pip install wandb && git checkout a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2")]
    [InlineData("git fetch ssh://git@example.com:22/x")]
    [InlineData("python train.py --resume run-a1b2a1b2 --id 6ba7b810-9dad-11d1-80b4-00c04fd430c8")]
    [InlineData("echo aGVsbG8gd29ybGQsIHRoaXMgaXMgYmFzZTY0IGRhdGE= | base64 -d > cfg.yaml")]
    [InlineData("pip install torch==2.5.1 --hash=sha256:a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2a1b2")]
    [InlineData("conda create -n sk" + "-learn-experiment-2025-baseline")]
    [InlineData("python train.py --key_dim 64 --num_keys 8 --password_file /run/pw")]
    [InlineData("docker login --password-stdin < pw.txt")]
    [InlineData("python train.py model.tokenizer.pad_token=tok2vec1 data.key=image0001")]
    [InlineData("python -c 'import os; login(token=os.environ[\"HF_TOKEN\"])'")]
    [InlineData("export TOKEN=\"$(curl -s http://127.0.0.1/t)\"; ./run")]
    [InlineData("python train.py --dataset http://127.0.0.1:8080/me@home --lr 1e-4")]
    [InlineData("torchrun --nproc_per_node 8 --rdzv-id a1b2c3d4 train.py --run_name llama-3-8b-v2")]
    [InlineData("python train.py --api_key <your key>")]
    public void What_only_looks_like_one_is_left_alone(string command) => Assert.Null(SecretPatterns.Find(command));

    // The kind and the variable that an advice names, and the text with the secret masked.
    [Theory]
    [InlineData("--x hf_" + A24, "an access token", "HF_TOKEN", "--x ***")]
    [InlineData("--x api_org_" + A24, "an access token", "API_KEY", "--x ***")]
    [InlineData("--x ghp_" + A24, "an access token", "GITHUB_TOKEN", "--x ***")]
    [InlineData("--x github_pat_" + A24, "an access token", "GITHUB_TOKEN", "--x ***")]
    [InlineData("--x glpat-" + A24, "an access token", "API_KEY", "--x ***")]
    [InlineData("AKIAA1B2A1B2A1B2A1B2", "an access token", "AWS_ACCESS_KEY_ID", "***")]
    [InlineData("ASIAA1B2A1B2A1B2A1B2", "an access token", "AWS_ACCESS_KEY_ID", "***")]
    [InlineData("AIza" + A24 + "a1b2a1b2a1b", "an access token", "API_KEY", "***")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----", "a private key", "PRIVATE_KEY", "-----BEGIN RSA PRIVATE KEY-----")]
    [InlineData("git clone https://me:hunter2@x.com/y", "a password in an address", "GIT_PASSWORD", "git clone https://me:hunter2@x.com/y")]
    [InlineData("git clone https://" + A24 + "@x.com/y", "a password in an address", "GIT_PASSWORD", "git clone https://***@x.com/y")]
    [InlineData("Authorization: Bearer a1b2c3d4", "an authorization header", "API_KEY", "Authorization: Bearer ***")]
    [InlineData("wandb login " + A24, "the key of a log-in", "API_KEY", "wandb login ***")]
    [InlineData("curl -u me:pass x", "a user's password", "PASSWORD", "curl -u me:*** x")]
    [InlineData("MY_API_KEY=a1b2c3 x", "the value of MY_API_KEY", "MY_API_KEY", "MY_API_KEY=*** x")]
    [InlineData("run --wandb-key a1b2c3 x", "the value of --wandb-key", "WANDB_KEY", "run --wandb-key *** x")]
    [InlineData("run cfg.api_key=a1b2c3 x", "the value of cfg.api_key", "CFG_API_KEY", "run cfg.api_key=*** x")]
    [InlineData("get x?sig=a1b2c3d4&n=1", "the value of sig", "SIG", "get x?sig=***&n=1")]
    public void A_secret_has_a_kind_and_a_variable(string text, string kind, string variable, string masked)
    {
        Assert.Equal((kind, variable), SecretPatterns.Find(text));
        Assert.Equal(masked, SecretPatterns.Mask(text, "***"));
    }

    // A password of four characters; a token of 16, or of six where it mixes digits and letters; what says that it is a secret.
    [Theory]
    [InlineData("x --password abcd", true)]
    [InlineData("x --password abc", false)]
    [InlineData("x --api_key abcdefghabcdefgh", true)]
    [InlineData("x --api_key abcdefghabcdefg", false)]
    [InlineData("x --api_key abc12f", true)]
    [InlineData("x --api_key abc12", false)]
    [InlineData("x --api_key abcdef", false)]
    [InlineData("x --api_key 12345678901234567", true)]
    [InlineData("x --api_key 123456789012345", false)]
    [InlineData("x --api_key my-secret", true)]
    [InlineData("x --api_key thepassword", true)]
    [InlineData("curl -u me:abcd x", true)]
    [InlineData("curl -u me:abc x", false)]
    [InlineData("git clone https://me:abcd@x/y", true)]
    [InlineData("git clone https://me:abc@x/y", false)]
    public void What_is_too_short_is_no_secret(string text, bool isSecret)
    {
        Assert.Equal(isSecret, SecretPatterns.Find(text) is not null);
        Assert.Equal(isSecret && !text.Contains("://", StringComparison.Ordinal), SecretPatterns.Mask(text, "***") != text);
    }

    [Fact]
    public void Of_two_secrets_both_are_masked_and_what_is_around_them_stays() => Assert.Equal(
        "A_TOKEN='***' run --password *** --lr 0.1 hf.key",
        SecretPatterns.Mask("A_TOKEN='a1b2c3d4' run --password hunter2 --lr 0.1 hf.key", "***"));
}
