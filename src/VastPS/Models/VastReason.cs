namespace VastPS;

/// <summary>
/// What went wrong, one value per meaning. The error id a user sees is "Vast" followed by the name here;
/// the catalogue on the top floor holds category, sentence and next step for each.
/// </summary>
public enum VastReason
{
    /// <summary>A value typed or piped in cannot be used.</summary>
    InvalidValue,

    /// <summary>The command prompts, and the host has nobody to ask.</summary>
    NeedsConfirmation,

    /// <summary>A host, port or login user that cannot be one.</summary>
    HostAddressInvalid,

    /// <summary>A text given as public key is none.</summary>
    PublicKeyInvalid,

    /// <summary>No private key file where one was looked for.</summary>
    KeyFileMissing,

    /// <summary>A private key file cannot be read.</summary>
    KeyFileUnreadable,

    /// <summary>A private key file needs a passphrase.</summary>
    KeyFileEncrypted,

    /// <summary>A file given as private key holds a public one.</summary>
    KeyFileNotPrivate,

    /// <summary>A file given as private key is no key that can be used.</summary>
    KeyFileInvalid,

    /// <summary>The instance has no ssh address yet.</summary>
    SshNoAddress,

    /// <summary>Nothing listens at the instance's ssh addresses.</summary>
    SshRefused,

    /// <summary>The instance's ssh addresses cannot be resolved or reached.</summary>
    SshUnreachable,

    /// <summary>The instance's ssh addresses do not answer.</summary>
    SshTimeout,

    /// <summary>Something answers at the ssh address but no ssh connection comes about.</summary>
    SshHandshakeFailed,

    /// <summary>The instance accepts none of the keys.</summary>
    SshAuthFailed,

    /// <summary>The instance shows another host key than before.</summary>
    SshHostKeyChanged,

    /// <summary>The connection broke while a command ran.</summary>
    SshLinkLost,

    /// <summary>A remote command ran longer than it may.</summary>
    SshCommandTimeout,

    /// <summary>A file that VastPS keeps on this computer cannot be read or written.</summary>
    StateNotUsable,
}
