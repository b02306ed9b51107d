using VmmEngine.Kvm;
using Xunit;

namespace VmmEngine.Tests.Shared;

/// <summary>A test that needs a usable /dev/kvm, and is visibly skipped without one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KvmFactAttribute : FactAttribute
{
    public KvmFactAttribute() => Skip = KvmAvailability.Problem;
}

/// <inheritdoc cref="KvmFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KvmTheoryAttribute : TheoryAttribute
{
    public KvmTheoryAttribute() => Skip = KvmAvailability.Problem;
}

internal static class KvmAvailability
{
    /// <summary>Why there is no KVM here; null if there is.</summary>
    public static string? Problem { get; } = new KvmBackendFactory().Unavailable();
}
