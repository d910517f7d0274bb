namespace MfaGateway.Core.Access;

/// <summary>Removes dot segments from a target, and remembers how far those of its query have led.</summary>
internal sealed class QueryClimb
{
    public bool IsSome => Floor is not null;

    /// <summary>See <see cref="RequestTargetReading.Ambiguous.QueryFloor"/>.</summary>
    public int? Floor { get; private set; }

    public bool LeavesRoot { get; set; }

    /// <summary>See <see cref="RequestTargetReading.Ambiguous.LeadsAnywhere"/>.</summary>
    public bool LeadsAnywhere { get; private set; }

    public void MayLeadAnywhere() => LeadsAnywhere = true;

    /// <summary>Resolves what no app is known to make of a target, but may: where it leads out of the path, it may lead anywhere.</summary>
    public void Suspect(string target)
    {
        if (Resolve(target) is not null)
            LeadsAnywhere = true;
    }

    /// <summary>Null where no <c>..</c> of the query leads out of the segment before it.</summary>
    public string? Resolve(string target)
    {
        var segments = target.Split('/');
        var kept = new List<string>(segments.Length);
        var ofPath = -1;
        var leads = false;
        for (var i = 1; i < segments.Length; i++)
        {
            if (ofPath < 0 && segments[i].Contains('?'))
                ofPath = kept.Count;
            if (segments[i] is not ("." or ".."))
            {
                kept.Add(segments[i]);
                continue;
            }
            if (segments[i] == "..")
            {
                LeavesRoot |= ofPath >= 0 && kept.Count == 0;
                if (kept.Count > 0)
                    kept.RemoveAt(kept.Count - 1);
                if (kept.Count <= ofPath)
                {
                    leads = true;
                    Floor = Math.Min(Floor ?? kept.Count, kept.Count);
                }
            }
            if (i == segments.Length - 1)
                kept.Add("");
        }
        return leads ? "/" + string.Join('/', kept) : null;
    }
}
