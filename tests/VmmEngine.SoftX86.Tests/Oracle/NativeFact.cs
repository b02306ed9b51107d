namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>A test that executes instructions on the host CPU; a visible skip where that cannot be.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute() => Skip = NativeRunner.Unsupported;
}

/// <summary>Tests that use the fixed addresses of <see cref="GuestData"/>: one at a time.</summary>
[CollectionDefinition(Name)]
public sealed class GuestDataUsers
{
    public const string Name = "users of the fixed guest addresses";
}
