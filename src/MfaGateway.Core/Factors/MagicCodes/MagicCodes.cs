using System.Security.Cryptography;
using System.Text;
using MfaGateway.Core.Accounts;
using MfaGateway.Core.Auditing;
using MfaGateway.Core.Storage;
using MfaGateway.Core.Throttling;

namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>Makes codes, and checks what was typed against those that were issued for the request.</summary>
public sealed class MagicCodes(MagicCodeStore store, ApplicationSecrets secrets, ApplicationStore applications, MagicCodeOptions options)
{
    /// <summary>What holds for an application now: what an administrator has set, or else the configuration.</summary>
    public async Task<ApplicationSettings> SettingsOfAsync(string applicationId, CancellationToken cancellationToken) =>
        await applications.FindSettingsAsync(applicationId, cancellationToken)
        ?? new ApplicationSettings(options.Digits, options.LifetimeMinutes);

    /// <summary>Makes the next code of a request. It is good once a store verb has kept its issue.</summary>
    public async Task<FreshCode> MakeAsync(CodeRequest request, int number, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var settings = await SettingsOfAsync(request.ApplicationId, cancellationToken);
        var secret = await secrets.GetNewestAsync(request.ApplicationId, now, cancellationToken);
        var link = SecretToken.New();

        // A value that was used is spent for the account. Who signs in on a second device within the same five minutes gets the
        // next one, and not a mail with a code that is good for nothing.
        var used = await store.FindNewestUsedStepAsync(request.AccountId, request.ApplicationId, secret.Generation, cancellationToken);
        var step = Math.Max(MagicCodeAlgorithm.StepAt(now), used + 1 ?? 0);
        var issued = new IssuedCode(
            Identifiers.New(), request.Id, number, MagicCodeMethod.TotpSha256, settings.Digits, secret.Generation,
            step, now, now + TimeSpan.FromMinutes(settings.LifetimeMinutes), link.Hash);
        var value = MagicCodeAlgorithm.Compute(
            secret, request.OwnerId, EmailAddress.Fold(request.Email), issued.Step, issued.Digits);
        return new FreshCode(issued, value, link);
    }

    /// <summary>Whether this could be a code. Which length it must have is for the issued ones to say.</summary>
    public static bool IsCode(string? typed) => TryRead(typed, out _);

    /// <summary>
    /// Compares with every code of the request; the verdict takes the one that it is. The work is the same for a request that nobody
    /// can meet.
    /// </summary>
    /// <param name="email">What the account's address is now: a code sent to another one is not good any more.</param>
    /// <param name="mayPass">False where nobody may pass, whatever is typed.</param>
    /// <param name="registers">Who becomes an account by a right one; null where no one does.</param>
    public async Task<FactorVerdict> VerifyAsync(
        CodeRequest request, string email, bool mayPass, Registrant? registers, string? typed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!TryRead(typed, out var code))
            return FactorVerdict.Wrong;

        IssuedCode? good = null;
        IssuedCode? old = null;
        foreach (var issued in await store.ListCodesAsync(request.Id, cancellationToken))
        {
            var isIt = await IsCodeOfAsync(request, issued, EmailAddress.Fold(email), code, cancellationToken);
            if (isIt && issued.IsGoodAt(now))
                good ??= issued;
            else if (isIt && issued.ExpiresAt <= now)
                old = issued;
        }

        if (!mayPass || (good is null && old is null))
            return FactorVerdict.Wrong;

        if (good is null)
            return FactorVerdict.TooOld(now - old!.ExpiresAt);

        return FactorVerdict.Right with
        {
            Take = async transaction => await MagicCodeStore.TryConsumeAsync(transaction, request.Id, good.Id, MagicCodeUse.Typed, registers, now)
                ? FactorVerdict.Right
                : FactorVerdict.AlreadyUsed(waitUntil: null),
        };
    }

    private async Task<bool> IsCodeOfAsync(
        CodeRequest request, IssuedCode issued, string foldedEmail, string code, CancellationToken cancellationToken)
    {
        if (await secrets.FindAsync(request.ApplicationId, issued.Generation, cancellationToken) is not { } secret)
            return false;

        var value = MagicCodeAlgorithm.Compute(secret, request.OwnerId, foldedEmail, issued.Step, issued.Digits);
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(value), Encoding.ASCII.GetBytes(code));
    }

    private static bool TryRead(string? typed, out string code)
    {
        code = string.Empty;
        for (var digits = MagicCodeAlgorithm.MinDigits; digits <= MagicCodeAlgorithm.MaxDigits; digits++)
        {
            if (!OneTimeCodeInput.TryNormalize(typed, digits, out var found))
                continue;
            code = found;
            return true;
        }

        return false;
    }
}

/// <summary>A code that was just made, for the mail and nowhere else.</summary>
public sealed record FreshCode(IssuedCode Issued, string Value, SecretToken Link)
{
    public override string ToString() => nameof(FreshCode);
}
