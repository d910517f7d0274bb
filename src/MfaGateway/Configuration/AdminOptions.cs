namespace MfaGateway.Configuration;

/// <summary>Bound at <c>MfaGateway:Admin</c>.</summary>
public sealed class AdminOptions
{
    /// <summary>The group of the people who run this gateway; the first account made in the browser is put in it.</summary>
    /// <value>A group name; the default is <c>admins</c>.</value>
    public string Group { get; set; } = "admins";
}
