using VastPS.Kernel.Shell;

namespace VastPS.Features.Access;

/// <summary>What the commands of a runspace share of this feature.</summary>
internal static class AccessServices
{
    extension(RunspaceServices services)
    {
        public SshKeyFlow Registry => services.Shared(w => new SshKeyFlow(w.Api, w.SshKeys));

        public ShellFlow Shells => new(services.Api, services.LocalSsh, services.HostKeys, services.Clock);

        public SshConfigFlow SshConfig => new(services.Api, services.HostKeys);
    }
}
