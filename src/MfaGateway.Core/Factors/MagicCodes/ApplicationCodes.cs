namespace MfaGateway.Core.Factors.MagicCodes;

/// <summary>
/// How the codes of all applications are, ready for decisions about requests. Before it was read for the first time, a code is good for the
/// application alone that it was made for.
/// </summary>
public sealed class ApplicationCodes(ApplicationStore store, MagicCodeOptions options)
{
    /// <summary>The application that the gateway's own pages are.</summary>
    public const string Gateway = "gateway";

    private volatile IReadOnlyDictionary<string, ApplicationSettings>? _set;

    /// <summary>Reads what administrators have set, on this node or on another one.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken) => _set = await store.ListSettingsAsync(cancellationToken);

    /// <summary>The proofs as they count for an application.</summary>
    /// <param name="applicationId">The one that is opened.</param>
    /// <returns>The same list where nothing is too lax. What was too lax for another application before remains so.</returns>
    public IReadOnlyList<Proof> ProofsFor(string applicationId, IReadOnlyList<Proof> proofs)
    {
        for (var i = 0; i < proofs.Count; i++)
        {
            if (IsTooLax(proofs[i], applicationId))
                return [.. proofs.Select(proof => proof with { IsTooLax = proof.IsTooLax || IsTooLax(proof, applicationId) })];
        }

        return proofs;
    }

    /// <summary>The application whose codes do for all of these; the first one where none does.</summary>
    public string StrictestOf(IReadOnlyList<string> applicationIds) =>
        applicationIds.FirstOrDefault(one => applicationIds.All(other => IsGoodFor(one, other)), applicationIds[0]);

    /// <summary>Whether the codes that are made for one application do for another one, or there are no codes.</summary>
    public bool Serves(string made, string opened) => !options.Enabled || IsGoodFor(made, opened);

    private bool IsTooLax(Proof proof, string applicationId) =>
        proof is { Factor: FactorKind.MagicCode, Application: { } made } && !IsGoodFor(made, applicationId);

    private bool IsGoodFor(string made, string opened) => made == opened || IsAsStrict(made, opened);

    private bool IsAsStrict(string made, string opened) =>
        SettingsOf(made) is { } one && SettingsOf(opened) is { } other
        && one.Digits >= other.Digits && one.LifetimeMinutes <= other.LifetimeMinutes;

    private ApplicationSettings? SettingsOf(string applicationId) =>
        _set is { } set
            ? set.GetValueOrDefault(applicationId) ?? new ApplicationSettings(options.Digits, options.LifetimeMinutes)
            : null;
}
