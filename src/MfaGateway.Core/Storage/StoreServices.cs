using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Challenges;
using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Factors.Passwords;
using MfaGateway.Core.Factors.RecoveryCodes;
using MfaGateway.Core.Factors.Totp;
using MfaGateway.Core.Mail;
using MfaGateway.Core.SelfService;
using MfaGateway.Core.Sessions;
using MfaGateway.Core.Throttling;
using MfaGateway.Core.Timekeeping;

namespace MfaGateway.Core.Storage;

/// <summary>Everything that is kept, over one engine. Open it with <see cref="Lifecycle"/> before anything else is asked.</summary>
public sealed class StoreServices : IAsyncDisposable
{
    public StoreServices(IStore engine)
    {
        Engine = engine;
        Transactions = new Transactions(engine);
        Lifecycle = new StoreLifecycle(Transactions);
        Clock = new ClockStore(Transactions);
        Accounts = new AccountStore(Transactions);
        Directory = new AccountDirectory(Transactions);
        Administration = new AdministrationStore(Transactions);
        Passwords = new PasswordStore(Transactions);
        PasswordTokens = new PasswordTokenStore(Transactions);
        Totp = new TotpStore(Transactions);
        RecoveryCodes = new RecoveryCodeStore(Transactions);
        MagicCodes = new MagicCodeStore(Transactions);
        Applications = new ApplicationStore(Transactions);
        EnrollmentCodes = new EnrollmentCodeStore(Transactions);
        Attempts = new AttemptStore(Transactions);
        Flows = new ChallengeFlowStore(Transactions);
        Sessions = new SessionStore(Transactions);
        KnownBrowsers = new KnownBrowserStore(Transactions);
        Audit = new AuditStore(Transactions);
        OwnChanges = new OwnChangeStore(Transactions);
        SigningKeys = new SigningKeyStore(Transactions);
        Mail = new MailOutbox(Transactions);
    }

    public IStore Engine { get; }

    public Transactions Transactions { get; }

    public StoreLifecycle Lifecycle { get; }

    public ClockStore Clock { get; }

    public AccountStore Accounts { get; }

    public AccountDirectory Directory { get; }

    public AdministrationStore Administration { get; }

    public PasswordStore Passwords { get; }

    public PasswordTokenStore PasswordTokens { get; }

    public TotpStore Totp { get; }

    public RecoveryCodeStore RecoveryCodes { get; }

    public MagicCodeStore MagicCodes { get; }

    public ApplicationStore Applications { get; }

    public EnrollmentCodeStore EnrollmentCodes { get; }

    public AttemptStore Attempts { get; }

    public ChallengeFlowStore Flows { get; }

    public SessionStore Sessions { get; }

    public KnownBrowserStore KnownBrowsers { get; }

    public AuditStore Audit { get; }

    public OwnChangeStore OwnChanges { get; }

    public SigningKeyStore SigningKeys { get; }

    public MailOutbox Mail { get; }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
