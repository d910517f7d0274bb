using System.Diagnostics.CodeAnalysis;

namespace MfaGateway.Core.Accounts;

/// <summary>How group names are compared: as user names are, so that <c>Finance</c> in a policy is <c>finance</c> of an account.</summary>
public static class GroupNames
{
    public static IEqualityComparer<string> Comparer { get; } = new ByFold();

    /// <summary>Two groups are one if their folds are equal.</summary>
    public static string Fold(string name) => UserNames.Fold(name);

    private sealed class ByFold : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => x is null || y is null ? ReferenceEquals(x, y) : Fold(x) == Fold(y);

        public int GetHashCode([DisallowNull] string obj) => StringComparer.Ordinal.GetHashCode(Fold(obj));
    }
}
