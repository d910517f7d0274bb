using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Core.Storage.Records;
using static MfaGateway.Storage.LiteDb.Records.DocumentFields;

namespace MfaGateway.Storage.LiteDb.Records;

internal sealed class LiteDbApplicationRecords(LiteDbScope scope) : IApplicationRecords
{
    private const string SettingsKind = "settings";
    private const string Secrets = "secret";

    public Task<ApplicationSecretRow?> FindSecretAsync(string applicationId, int? generation) => scope.ReadAsync(unit =>
    {
        var found = generation is { } number
            ? unit.Find(Collections.Values, SecretKey(applicationId, number))
            : unit.FindFirst(Collections.Values, Fields.Id, Keys.Under(SecretKind(applicationId)).Descending());
        return found is null
            ? null
            : new ApplicationSecretRow(applicationId, found.Int(Fields.Generation), found.Bytes(Fields.Secret), found.Time(Fields.Made));
    });

    public Task<bool> TryAddSecretAsync(ApplicationSecretRow row) => scope.WriteAsync(unit => unit.TryAdd(Collections.Values, NewDocument(
        (Fields.Id, SecretKey(row.ApplicationId, row.Generation)),
        (Fields.Generation, row.Generation),
        (Fields.Secret, row.ProtectedSecret),
        (Fields.Made, Ms(row.MadeAt)))));

    public Task<IReadOnlyDictionary<string, ApplicationSettings>> ListSettingsAsync() =>
        scope.ReadAsync<IReadOnlyDictionary<string, ApplicationSettings>>(unit =>
            unit.ReadAll(Collections.Values, Fields.Id, Keys.Under(SettingsKind)).ToDictionary(
                one => Keys.SecondOf(one.Id),
                one => new ApplicationSettings(one.Int(Fields.Digits), one.Int(Fields.Minutes)),
                StringComparer.Ordinal));

    public Task SetSettingsAsync(string applicationId, ApplicationSettings settings) => scope.WriteAsync(unit => unit.Put(
        Collections.Values,
        NewDocument(
            (Fields.Id, Keys.Join(SettingsKind, applicationId)),
            (Fields.Digits, settings.Digits),
            (Fields.Minutes, settings.LifetimeMinutes))));

    public Task<IReadOnlyList<ApplicationSecretRow>> ListSecretsAsync() => scope.ReadAsync<IReadOnlyList<ApplicationSecretRow>>(unit =>
    [
        .. unit.ReadAll(Collections.Values, Fields.Id, Keys.Under(Secrets)).Select(one => new ApplicationSecretRow(
            Keys.FirstOf(Keys.SecondOf(one.Id)), one.Int(Fields.Generation), one.Bytes(Fields.Secret), one.Time(Fields.Made))),
    ]);

    private static string SecretKind(string applicationId) => Keys.Join(Secrets, applicationId);

    private static string SecretKey(string applicationId, int generation) => Keys.Join(SecretKind(applicationId), generation);
}
