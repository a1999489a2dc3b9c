namespace VastPS.Kernel.Shell;

/// <summary>The only way from a command's work back to the engine. Safe to call from any thread while the command runs.</summary>
internal interface ILane
{
    void Write(object value);

    void Error(VastException error);

    void Warn(string text);

    void Verbose(string text);

    void Debug(string text);

    /// <summary>Shows progress; null percent means unknown. At most a few a second reach the host.</summary>
    void Progress(string activity, string status, int? percent = null, TimeSpan? left = null);

    /// <summary>Sets $LASTEXITCODE, as a program started by the engine does.</summary>
    void ExitCode(int code);

    /// <summary>ShouldProcess: false under -WhatIf or when the user says no.</summary>
    Task<bool> ConfirmAsync(string target, string action);
}
