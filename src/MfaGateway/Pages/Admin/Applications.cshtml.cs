using MfaGateway.Core.Factors.MagicCodes;
using MfaGateway.Proxying;
using Microsoft.AspNetCore.Mvc;

namespace MfaGateway.Pages.Admin;

/// <summary>How the mailed codes of each application are.</summary>
public sealed class ApplicationsModel(AdminVisit visit, MagicCodeAdministration codes, ApplicationNames names, PageLinks links) : AdminPage(visit)
{
    [BindProperty(Name = "application")]
    public string? Application { get; set; }

    [BindProperty(Name = "digits")]
    public int Digits { get; set; }

    [BindProperty(Name = "minutes")]
    public int Minutes { get; set; }

    public IReadOnlyList<(string Name, ApplicationSettings Settings)> All { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var all = new List<(string, ApplicationSettings)>();
        foreach (var name in names.All)
            all.Add((name, await codes.FindAsync(name, cancellationToken)));
        All = all;
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!names.All.Contains(Application, StringComparer.Ordinal))
            return Missing();
        if (ModelState.IsValid
            && await codes.TrySetAsync(Application!, new(Digits, Minutes), await ReadActorAsync(), cancellationToken))
        {
            return SeeOther($"{links.Applications}?notice={AdminNotices.Saved}");
        }

        await OnGetAsync(cancellationToken);
        All = [.. All.Select(one => one.Name == Application ? (one.Name, new ApplicationSettings(Digits, Minutes)) : one)]; // as typed
        return Refuse(StatusCodes.Status400BadRequest, "A code has 6 to 8 digits, and lives 5 to 1440 minutes. Nothing was changed.");
    }

    /// <summary>Makes a new secret.</summary>
    public async Task<IActionResult> OnPostRotateAsync(CancellationToken cancellationToken)
    {
        if (!names.All.Contains(Application, StringComparer.Ordinal))
            return Missing();

        if (await codes.TryRotateAsync(Application!, await ReadActorAsync(), cancellationToken) is not null)
            return SeeOther($"{links.Applications}?notice={AdminNotices.SecretRotated}");

        await OnGetAsync(cancellationToken);
        return ShowAgain(StatusCodes.Status409Conflict, "Another administrator made a new secret at the same moment; nothing was done.");
    }
}
