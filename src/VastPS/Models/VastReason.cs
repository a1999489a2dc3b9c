namespace VastPS;

/// <summary>
/// What went wrong, one value per meaning. The error id a user sees is "Vast" followed by the name here;
/// the catalogue in the shell holds category, sentence and next step for each.
/// </summary>
public enum VastReason
{
    /// <summary>A value typed or piped in cannot be used.</summary>
    InvalidValue,

    /// <summary>A parameter is missing, and the host has nobody to ask.</summary>
    ParameterMissing,

    /// <summary>The command prompts, and the host has nobody to ask.</summary>
    NeedsConfirmation,

    /// <summary>No API key was given, connected or found.</summary>
    ApiKeyMissing,

    /// <summary>What was found in the place of a key cannot be one.</summary>
    ApiKeyMalformed,

    /// <summary>The server's address cannot be used.</summary>
    ApiAddressInvalid,

    /// <summary>The key at hand does not belong to the address at hand.</summary>
    ApiPairMismatch,

    /// <summary>What would go to a box, or be sent for one, holds the key of the account.</summary>
    ApiKeyWithheld,

    /// <summary>The server does not accept the key.</summary>
    ApiUnauthorized,

    /// <summary>The server wants a two-factor session, or the session has expired.</summary>
    ApiTwoFactor,

    /// <summary>The key may not do this.</summary>
    ApiForbidden,

    /// <summary>The account is a host's, which may rent its own machines alone.</summary>
    HostAccount,

    /// <summary>The account has no billing information.</summary>
    BillingMissing,

    /// <summary>The server does not accept the arguments.</summary>
    ApiInvalidArgs,

    /// <summary>The server refused for a reason of its own.</summary>
    ApiRefused,

    /// <summary>There is no such instance.</summary>
    InstanceNotFound,

    /// <summary>Several instances have the name that was given.</summary>
    InstanceNameAmbiguous,

    /// <summary>The offer is rented, changed or withdrawn.</summary>
    OfferGone,

    /// <summary>There is no such ssh key.</summary>
    SshKeyNotFound,

    /// <summary>The account has no such volume.</summary>
    VolumeNotFound,

    /// <summary>A volume that VastPS did not rent.</summary>
    VolumeForeign,

    /// <summary>A volume that instances use.</summary>
    VolumeInUse,

    /// <summary>The machine offers no volume of this size.</summary>
    NoVolumeOffer,

    /// <summary>Whether a volume was rented or removed is not known.</summary>
    VolumeUncertain,

    /// <summary>The account has no such environment variable.</summary>
    VariableNotFound,

    /// <summary>A team's API key has no ssh keys.</summary>
    TeamSshKeys,

    /// <summary>The account's credit does not cover this.</summary>
    InsufficientCredit,

    /// <summary>The account may not spend more per hour yet.</summary>
    SpendRateLimited,

    /// <summary>Requests came too fast.</summary>
    ApiRateLimited,

    /// <summary>A gateway in front of the server answered instead of it.</summary>
    ApiGateway,

    /// <summary>The server failed.</summary>
    ApiServerError,

    /// <summary>The server's answer cannot be read.</summary>
    ApiUnreadable,

    /// <summary>The server cannot be reached, or the connection was lost.</summary>
    ApiUnreachable,

    /// <summary>The server did not answer in time.</summary>
    ApiTimeout,

    /// <summary>The server sent the request elsewhere, where the key must not follow.</summary>
    ApiRedirected,

    /// <summary>The log was asked for and did not come.</summary>
    LogNotReady,

    /// <summary>An offer query cannot be understood.</summary>
    QueryInvalid,

    /// <summary>Offers have no field of that name to order by.</summary>
    OfferFieldUnknown,

    /// <summary>No GPU of that name is known.</summary>
    GpuNameUnknown,

    /// <summary>The simulator runs in this process and nothing else may be reached.</summary>
    SimulatorRuns,

    /// <summary>The simulator of this process has stopped, and no account was connected since.</summary>
    SimulatorGone,

    /// <summary>The offer has less disk than was asked.</summary>
    DiskTooSmall,

    /// <summary>The offer ends before the run would.</summary>
    ContractTooShort,

    /// <summary>The bid is below the lowest that wins.</summary>
    BidTooLow,

    /// <summary>The price rose after the user saw it.</summary>
    PriceRose,

    /// <summary>No local ssh key is registered with the account.</summary>
    NoMatchingKey,

    /// <summary>The answer to a create was lost and no instance with its label was found.</summary>
    CreateUncertain,

    /// <summary>A failed create left an instance behind, which was removed.</summary>
    CreateLeftGhost,

    /// <summary>A create succeeded and the instance is not listed.</summary>
    CreatedButGone,

    /// <summary>A change that costs or ends money was sent, and what became of it is not known.</summary>
    ChangeUnconfirmed,

    /// <summary>Renting broke off after instances had been rented.</summary>
    RentingBroken,

    /// <summary>The instance will not come up by itself.</summary>
    InstanceWillNotRun,

    /// <summary>The instance runs and does not answer over ssh.</summary>
    InstanceNoSsh,

    /// <summary>The wanted state was not reached in time.</summary>
    WaitTimedOut,

    /// <summary>Several instances failed where only one error gets through: it names them all.</summary>
    InstancesFailed,

    /// <summary>The server still lists an instance that was to be removed.</summary>
    DestroyNotConfirmed,

    /// <summary>The server does not report the stop.</summary>
    StopNotConfirmed,

    /// <summary>A changed bid is not shown by the server.</summary>
    BidNotConfirmed,

    /// <summary>A bid for an instance that was rented on demand.</summary>
    NotInterruptible,

    /// <summary>The instance got no GPU.</summary>
    StartNotConfirmed,

    /// <summary>The instance has no address because it does not run.</summary>
    InstanceNotRunning,

    /// <summary>The instance was not created by VastPS.</summary>
    InstanceForeign,

    /// <summary>Nothing is known about the cost of an instance.</summary>
    CostUnknown,

    /// <summary>A simulator already runs in this process.</summary>
    SimulatorExists,

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

    /// <summary>The passphrase does not open the private key.</summary>
    KeyPassphraseWrong,

    /// <summary>Others may read a private key file.</summary>
    KeyFileExposed,

    /// <summary>A new key would go where a file stands already.</summary>
    KeyFileExists,

    /// <summary>A new key file cannot be written.</summary>
    KeyFileNotWritten,

    /// <summary>A file given as private key holds a public one.</summary>
    KeyFileNotPrivate,

    /// <summary>A file given as private key is no key that can be used.</summary>
    KeyFileInvalid,

    /// <summary>
    /// A key file belongs to a security key, and the ssh agent does not have it: the file names the key, the token signs, and ssh-add
    /// brings them together.
    /// </summary>
    KeyFileNeedsAgent,

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

    /// <summary>A remote command wrote nothing for longer than it may.</summary>
    SshCommandSilent,

    /// <summary>No session with the instance is held.</summary>
    SessionNotFound,

    /// <summary>A file that VastPS keeps on this computer cannot be read or written.</summary>
    StateNotUsable,

    /// <summary>Others may enter the folder for what VastPS remembers.</summary>
    StateNotPrivate,

    /// <summary>The ssh configuration cannot be changed safely.</summary>
    SshConfigRefused,

    /// <summary>The ssh configuration has no entry for an instance.</summary>
    SshConfigEntryNotFound,

    /// <summary>The user's own ssh configuration defines the name of an instance already.</summary>
    SshConfigNameTaken,

    /// <summary>The system has no ssh program that can be started.</summary>
    LocalSshMissing,

    /// <summary>A shell is asked for where nobody can type.</summary>
    NotATerminal,

    /// <summary>The system's ssh gave no shell on an instance, or lost it.</summary>
    ShellFailed,

    /// <summary>There is no such file or folder on this computer.</summary>
    LocalItemNotFound,

    /// <summary>A file or folder of this computer cannot be read, written or sent.</summary>
    LocalItemUnusable,

    /// <summary>What was named is a folder, and only files were asked for.</summary>
    ItemIsFolder,

    /// <summary>What was to be sent looks like a secret.</summary>
    SecretPath,

    /// <summary>There is no such file or folder on the box.</summary>
    RemoteItemNotFound,

    /// <summary>A file or folder of the box cannot be read or written.</summary>
    RemoteItemUnusable,

    /// <summary>The box names something that is not received.</summary>
    RemoteNameRefused,

    /// <summary>The root or the login folder of a box as a whole is neither sent to nor received.</summary>
    WholeFolderRefused,

    /// <summary>What arrived is not what was sent.</summary>
    TransferDamaged,

    /// <summary>A repository address holds a password or a token.</summary>
    RepositoryHoldsSecret,

    /// <summary>A repository cannot be fetched.</summary>
    RepositoryUnreadable,

    /// <summary>What was given as a commit is a name that can move.</summary>
    CommitNotPinned,

    /// <summary>A repository does not have the commit.</summary>
    CommitNotFound,

    /// <summary>The box has no git.</summary>
    GitMissing,

    /// <summary>This computer has no git.</summary>
    LocalGitMissing,

    /// <summary>A folder of the box holds something that is not overwritten.</summary>
    FolderTaken,

    /// <summary>The set-up command failed.</summary>
    SetupFailed,

    /// <summary>Setting up took longer than it may.</summary>
    SetupTimeout,

    /// <summary>The table of GPU speeds does not have the GPU.</summary>
    GpuSpeedUnknown,

    /// <summary>Too little is known for an estimate of time and cost.</summary>
    EstimateIncomplete,

    /// <summary>Neither the built-in catalogue nor the hub has a model of that name.</summary>
    ModelUnknown,

    /// <summary>A model cannot be counted: its kind is not known, or it is no transformer.</summary>
    ModelNotCounted,

    /// <summary>The authors of a model ask who reads it, and no token with access was sent.</summary>
    ModelGated,

    /// <summary>A config describes another model than its files hold.</summary>
    ModelContradicts,

    /// <summary>A hub of models did not answer.</summary>
    HubUnreachable,

    /// <summary>What answers is no hub of models.</summary>
    HubUnreadable,

    /// <summary>A config.json does not describe a model that can be estimated.</summary>
    ModelConfigInvalid,

    /// <summary>Two settings of a workload exclude each other.</summary>
    WorkloadContradicts,

    /// <summary>A file does not hold a workload.</summary>
    WorkloadUnreadable,

    /// <summary>The instance has not shown that a run can be trusted to it.</summary>
    RunNotProven,

    /// <summary>The limit of a run is below what it takes at worst.</summary>
    RunTooShort,

    /// <summary>The results of a run could not be fetched, so its box was not removed.</summary>
    ResultsNotReceived,

    /// <summary>An estimate or a smoke test is about another instance.</summary>
    ProofElsewhere,

    /// <summary>Another run has that name.</summary>
    RunNameTaken,

    /// <summary>The box did not start a run.</summary>
    RunNotStarted,

    /// <summary>The box was lost while it was told to start a run, and did not come back to say whether it did.</summary>
    RunStartUnknown,

    /// <summary>Processes of a run are left although they were killed.</summary>
    RunNotEnded,

    /// <summary>Another run still goes on on an instance that was to be given back.</summary>
    RunsShareBox,

    /// <summary>The box gave no log of a run.</summary>
    RunLogUnreadable,

    /// <summary>A run has ended, so nothing of it can be measured or moved any more.</summary>
    RunHasEnded,

    /// <summary>A run still goes on, or nobody can say that it does not.</summary>
    RunGoesOn,

    /// <summary>Nobody said where a run saves its checkpoints.</summary>
    CheckpointPathUnknown,

    /// <summary>The box gave no whole answer about what is saved.</summary>
    CheckpointsUnreadable,

    /// <summary>The new limit of a run is shorter than it has run already.</summary>
    DeadlinePassed,

    /// <summary>The deadline of a run was not moved, and is everywhere as it was.</summary>
    DeadlineNotMoved,

    /// <summary>The text of a run's command holds a secret.</summary>
    CommandHoldsSecret,

    /// <summary>No run of that name or id was started from here.</summary>
    RunNotFound,

    /// <summary>The run was started with another API key, and the one in use does not list its instance.</summary>
    RunOfOtherAccount,
}
