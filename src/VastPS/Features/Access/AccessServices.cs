using VastPS.Kernel.Shell;

namespace VastPS.Features.Access;

/// <summary>What the commands of a runspace share of this feature.</summary>
internal static class AccessServices
{
    extension(VastWorld world)
    {
        public SshKeyFlow Registry => world.Shared(w => new SshKeyFlow(w.Api, w.SshKeys));

        public ShellFlow Shells => new(world.Api, world.LocalSsh, world.HostKeysOf, world.Clock);

        public SshConfigFlow SshConfig => new(world.Api, world.HostKeysOf());
    }
}
