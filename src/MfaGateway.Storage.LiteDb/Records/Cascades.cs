using MfaGateway.Storage.LiteDb.Work;

namespace MfaGateway.Storage.LiteDb.Records;

/// <summary>What goes with what it belongs to.</summary>
internal static class Cascades
{
    /// <returns>Whether there was one.</returns>
    public static bool TryDeleteFlow(UnitOfWork unit, string id)
    {
        if (unit.Find(Collections.Flows, id) is not { } flow)
            return false;
        unit.Delete(Collections.PendingTotp, id);
        if (unit.FindBy(Collections.CodeRequests, Fields.Of, id) is { } request)
            DeleteRequest(unit, request.Id);
        if (flow.TextOrNull(Fields.Replaces) is { } session)
            unit.Delete(Collections.Replacing, Keys.Join(session, id));
        unit.Delete(Collections.Flows, id);
        return true;
    }

    public static void DeleteRequest(UnitOfWork unit, string id)
    {
        unit.DeleteAll(Collections.IssuedCodes, unit.ReadAll(Collections.IssuedCodes, Fields.Id, Keys.Under(id)));
        unit.Delete(Collections.CodeRequests, id);
    }

    /// <summary>All but the account itself and what it is found by.</summary>
    public static void DeleteAllOfAccount(UnitOfWork unit, string accountId)
    {
        unit.DeleteAll(Collections.Owned, unit.ReadAll(Collections.Owned, Fields.Id, Keys.Under(accountId)));
        foreach (var flow in unit.ReadOwned(Collections.Flows, accountId).ToList())
            TryDeleteFlow(unit, flow.Id);
        foreach (var request in unit.ReadOwned(Collections.CodeRequests, accountId).ToList())
            DeleteRequest(unit, request.Id);
        foreach (var collection in (string[])
            [Collections.PasswordTokens, Collections.Totp, Collections.PendingTotp, Collections.Sessions, Collections.KnownBrowsers])
        {
            unit.DeleteAll(collection, unit.ReadOwned(collection, accountId));
        }
    }
}
