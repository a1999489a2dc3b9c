namespace VastPS.Kernel.Api;

/// <summary>Every route the client uses, once, with the server's shortest interval between calls.</summary>
internal static class VastRoutes
{
    private const string V0 = "/api/v0";
    private const string Instance = V0 + "/instances/{id}/";
    private const string Volumes = V0 + "/volumes/";
    private const string Variables = V0 + "/secrets/";
    private const string Keys = V0 + "/ssh/";

    public static ApiRoute Account { get; } = Route(HttpMethod.Get, V0 + "/users/current/", 1);

    public static ApiRoute Charges { get; } = Route(HttpMethod.Get, V0 + "/charges/", 1);

    public static ApiRoute GpuNames { get; } = Route(HttpMethod.Get, V0 + "/gpu_names/unique/", 1);

    // Documented as ten a minute, so ten may come at once.
    public static ApiRoute SearchOffers { get; } = new(HttpMethod.Post, V0 + "/bundles/", TimeSpan.FromSeconds(6), Burst: 10);

    public static ApiRoute CreateInstance { get; } = Route(HttpMethod.Put, V0 + "/asks/{id}/", 4.5);

    public static ApiRoute ListInstances { get; } = Route(HttpMethod.Get, "/api/v1/instances/", 1);

    public static ApiRoute ReadInstance { get; } = Route(HttpMethod.Get, Instance, 2);

    public static ApiRoute ChangeInstance { get; } = Route(HttpMethod.Put, Instance, 1);

    public static ApiRoute DestroyInstance { get; } = Route(HttpMethod.Delete, Instance, 3);

    public static ApiRoute RebootInstance { get; } = Route(HttpMethod.Put, V0 + "/instances/reboot/{id}/", 1);

    public static ApiRoute ChangeBid { get; } = Route(HttpMethod.Put, V0 + "/instances/bid_price/{id}/", 5.5);

    public static ApiRoute RequestLog { get; } = Route(HttpMethod.Put, V0 + "/instances/request_logs/{id}/", 1);

    public static ApiRoute ListKeys { get; } = Route(HttpMethod.Get, Keys, 1);

    public static ApiRoute AddKey { get; } = Route(HttpMethod.Post, Keys, 1);

    public static ApiRoute RemoveKey { get; } = Route(HttpMethod.Delete, Keys + "{key}/", 1);

    public static ApiRoute ListInstanceKeys { get; } = Route(HttpMethod.Get, Instance + "ssh/", 1);

    public static ApiRoute AttachKey { get; } = Route(HttpMethod.Post, Instance + "ssh/", 1);

    public static ApiRoute DetachKey { get; } = Route(HttpMethod.Delete, Instance + "ssh/{key}/", 2);

    public static ApiRoute ListTemplates { get; } = Route(HttpMethod.Get, V0 + "/template/", 3);

    public static ApiRoute ListVolumes { get; } = Route(HttpMethod.Get, Volumes, 5.5);

    public static ApiRoute SearchVolumes { get; } = Route(HttpMethod.Post, V0 + "/volumes/search/", 5.5);

    public static ApiRoute RentVolume { get; } = Route(HttpMethod.Put, Volumes, 5.5);

    public static ApiRoute RemoveVolume { get; } = Route(HttpMethod.Delete, Volumes, 5.5);

    public static ApiRoute ListVariables { get; } = Route(HttpMethod.Get, Variables, 5);

    public static ApiRoute AddVariable { get; } = Route(HttpMethod.Post, Variables, 3);

    public static ApiRoute ChangeVariable { get; } = Route(HttpMethod.Put, Variables, 3);

    public static ApiRoute RemoveVariable { get; } = Route(HttpMethod.Delete, Variables, 3);

    private static ApiRoute Route(HttpMethod method, string template, double seconds) =>
        new(method, template, TimeSpan.FromSeconds(seconds));
}
