using System.Runtime.InteropServices;
using System.Text;

namespace VastPS.Basics;

/// <summary>Whose a file is. .NET does not tell, so Linux is asked; elsewhere the right to write has to do.</summary>
internal static class FileOwner
{
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint OnlyOwner = 8;
    private const int AnswerSize = 256;
    private const int OwnerOffset = 20;

    /// <summary>True where the file is certainly another user's.</summary>
    public static bool IsForeign(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            // The layout of the answer is part of the kernel's interface and the same on every processor.
            byte[] answer = new byte[AnswerSize];
            return StatX(CurrentFolder, Encoding.UTF8.GetBytes(path + "\0"), NoFollow, OnlyOwner, answer) == 0
                && BitConverter.ToUInt32(answer, OwnerOffset) != EffectiveUser();
        }
        catch (EntryPointNotFoundException)
        {
            // A C library from before 2018.
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int StatX(int folder, byte[] path, int flags, uint mask, [Out] byte[] answer);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
