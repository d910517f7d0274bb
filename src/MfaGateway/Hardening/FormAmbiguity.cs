using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.Extensions.Primitives;

namespace MfaGateway.Hardening;

/// <summary>
/// A form says each thing once. Of a field that is sent twice, in the body or in body and address, two readers may take different
/// ones (HTTP parameter pollution), and a secret in an address ends up in histories and logs.
/// </summary>
public static class FormAmbiguity
{
    private const string ReturnUrlField = "returnUrl";
    private const int LongestShownName = 32;

    /// <returns>What is wrong; null for a form that has one meaning.</returns>
    public static Problem? Find(IFormCollection form, IQueryCollection query, RouteValueDictionary route, ActionDescriptor page)
    {
        if (form.Concat(query).FirstOrDefault(field => field.Value.Count > 1) is { Key: { } twice })
            return Explain($"The form was sent with {Show(twice)} twice.");

        foreach (var (name, value) in query)
        {
            if (IsFormFieldOnly(page, name))
                return Explain($"The form was sent with {Show(name)} in the address.");
            if (form.TryGetValue(name, out var posted) && !Agree(name, posted, value))
                return Explain($"The form and its address differ in {Show(name)}.");
        }

        foreach (var (name, value) in route)
        {
            if (form.TryGetValue(name, out var posted) && posted != value?.ToString())
                return Explain($"The form and its address differ in {Show(name)}.");
        }

        return null;
    }

    /// <summary>Whether a page reads a field from posted forms alone.</summary>
    private static bool IsFormFieldOnly(ActionDescriptor page, string name) =>
        (page as PageActionDescriptor)?.BoundProperties?.OfType<PageBoundPropertyDescriptor>().Any(property =>
            property.Property.GetCustomAttributes(typeof(BindPropertyAttribute), inherit: true) is [BindPropertyAttribute { SupportsGet: false } bound]
            && name.Equals(bound.Name, StringComparison.OrdinalIgnoreCase)) is true;

    // A page posts the return URL as it was checked, to the address that it was opened by.
    private static bool Agree(string name, StringValues posted, StringValues inAddress) =>
        posted == inAddress
        || (name.Equals(ReturnUrlField, StringComparison.OrdinalIgnoreCase) && ReturnUrls.CheckOrRoot(posted) == ReturnUrls.CheckOrRoot(inAddress));

    private static string Show(string name) =>
        name.Length is > 0 and <= LongestShownName && name.All(char.IsAsciiLetterOrDigit) ? $"the field {name}" : "a field";

    private static Problem Explain(string title) => new(
        StatusCodes.Status400BadRequest, "ambiguous-form", title, "Nothing was checked. Go back, load the page again and try once more.");
}
