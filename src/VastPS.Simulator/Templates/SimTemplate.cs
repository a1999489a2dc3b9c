using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace VastPS.Simulator.Templates;

/// <summary>A template: image, variables, ports and start script under one name. Its hash follows from what it says.</summary>
internal sealed class SimTemplate(long id, bool isOwn, DateTimeOffset created)
{
    public const long Owner = 202020;

    private static readonly string[] s_columns =
    [
        "name", "image", "tag", "env", "onstart", "runtype", "ssh_direct", "jup_direct", "use_ssh", "use_jupyter_lab", "jupyter_dir",
        "docker_login_repo", "extra_filters", "recommended_disk_space", "readme", "readme_visible", "desc", "private", "href", "repo",
        "args_str",
    ];

    public long Id { get; } = id;

    public bool IsOwn { get; } = isOwn;

    public JsonObject Fields { get; } = [];

    /// <summary>How many instances were made of it.</summary>
    public int Uses { get; set; }

    public string Name => Json.Text(Fields["name"]) ?? "";

    /// <summary>With its tag, where the image names none itself.</summary>
    public string Image
    {
        get
        {
            string image = Json.Text(Fields["image"]) ?? "";
            string last = image[(image.LastIndexOf('/') + 1)..];
            return Json.Text(Fields["tag"]) is { Length: > 0 } tag && !last.Contains(':', StringComparison.Ordinal) ? $"{image}:{tag}" : image;
        }
    }

    public string? Onstart => Json.Text(Fields["onstart"]) is { Length: > 0 } text ? text : null;

    public string Hash => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Json.Write(Fields))))[..32].ToLowerInvariant();

    /// <summary>How a container of this template is entered, in the words of a create.</summary>
    public string Runtype
    {
        get
        {
            string kind = Json.Text(Fields["runtype"]) ?? "args";
            bool direct = Json.Flag(Fields["ssh_direct"]) || Json.Flag(Fields["jup_direct"]);
            return kind switch
            {
                "jupyter" => direct ? "jupyter_direc ssh_direc ssh_proxy" : "jupyter_proxy ssh_proxy",
                "ssh" => direct ? "ssh_direc ssh_proxy" : "ssh_proxy",
                _ => Json.Flag(Fields["use_ssh"]) ? "ssh_proxy" : "args",
            };
        }
    }

    /// <summary>Variables and ports, which a template holds as docker flags.</summary>
    public JsonObject Env => DockerFlags.Parse(Json.Text(Fields["env"]) ?? "");

    /// <summary>Takes over what a body says of a template; what it leaves out stays.</summary>
    public void Write(JsonObject body)
    {
        foreach (string column in s_columns.Where(body.ContainsKey))
        {
            Fields[column] = body[column]?.DeepClone();
        }
    }

    public JsonObject Row()
    {
        JsonObject row = [];
        foreach (string column in s_columns)
        {
            row[column] = Fields[column]?.DeepClone();
        }

        row["id"] = Id;
        row["hash_id"] = Hash;
        row["creator_id"] = IsOwn ? Owner : 62897;
        row["created_at"] = SimClock.Unix(created);
        row["count_created"] = Uses;
        row["recent_create_date"] = null;
        row["recommended"] = !IsOwn;
        row["default_tag"] = Fields["tag"]?.DeepClone();
        return row;
    }
}
