using Newtonsoft.Json.Linq;

namespace VastPS.Kernel.Api;

internal sealed partial class VastApiClient
{
    /// <summary>The account's keys; new instances get them.</summary>
    public Task<IReadOnlyList<VastSshKey>> GetSshKeysAsync(CancellationToken stop) =>
        ReadKeysAsync(new ApiCall(VastRoutes.ListKeys, Repeat.Safe) { NotFound = VastReason.SshKeyNotFound }, stop);

    /// <summary>The keys attached to an instance.</summary>
    public Task<IReadOnlyList<VastSshKey>> GetSshKeysAsync(long instanceId, CancellationToken stop) =>
        ReadKeysAsync(
            new ApiCall(VastRoutes.ListInstanceKeys, Repeat.Safe) { Id = instanceId, NotFound = VastReason.InstanceNotFound }, stop);

    /// <summary>Registers a key with the account.</summary>
    public async Task<VastSshKey> AddSshKeyAsync(string publicKey, CancellationToken stop)
    {
        var call = new ApiCall(VastRoutes.AddKey, Repeat.WhenRefused) { Body = Json(new { ssh_key = publicKey }) };
        JToken body = await SendAsync(call, stop).ConfigureAwait(false);
        return (body is JObject fields && fields["key"] is JObject key ? WireMap.SshKey(key) : null)
            ?? throw ApiFailures.Unreadable(call, "it holds no key");
    }

    /// <summary>Removes a key from the account.</summary>
    public Task RemoveSshKeyAsync(long keyId, CancellationToken stop) =>
        SendAsync(new ApiCall(VastRoutes.RemoveKey, Repeat.WhenRefused) { KeyId = keyId, NotFound = VastReason.SshKeyNotFound }, stop);

    /// <summary>Gives a key to a live instance.</summary>
    public Task AttachSshKeyAsync(long instanceId, string publicKey, CancellationToken stop) =>
        SendAsync(new ApiCall(VastRoutes.AttachKey, Repeat.WhenRefused)
            {
            Id = instanceId,
            NotFound = VastReason.InstanceNotFound,
            Body = Json(new { ssh_key = publicKey })
        }, stop);

    /// <summary>Takes a key from a live instance.</summary>
    public Task DetachSshKeyAsync(long instanceId, long keyId, CancellationToken stop) =>
        SendAsync(
            new ApiCall(VastRoutes.DetachKey, Repeat.WhenRefused) { Id = instanceId, KeyId = keyId, NotFound = VastReason.SshKeyNotFound },
            stop);

    private async Task<IReadOnlyList<VastSshKey>> ReadKeysAsync(ApiCall call, CancellationToken stop)
    {
        JToken body;
        try
        {
            body = await SendAsync(call, stop).ConfigureAwait(false);
        }
        catch (VastException none) when (none.Reason == VastReason.SshKeyNotFound)
        {
            return [];
        }

        return [.. KeyRows(body, call).Select(WireMap.SshKey).OfType<VastSshKey>()];
    }

    // A bare list, a list wrapped in an object, or a list as JSON text inside the object.
    private static JArray KeyRows(JToken body, ApiCall call)
    {
        JToken? rows = body is JObject fields ? fields["ssh_keys"] ?? fields["keys"] ?? fields["results"] : body;
        if (rows is JValue { Value: string text })
        {
            try
            {
                rows = text.Trim().Length == 0 ? new JArray() : LenientJson.Parse(text);
            }
            catch (FormatException e)
            {
                throw ApiFailures.Unreadable(call, e.Message, e);
            }
        }

        return rows switch
        {
            JArray list => list,
            JValue { Value: null } => [],
            _ => throw ApiFailures.Unreadable(call, "it has no list of keys"),
        };
    }
}
