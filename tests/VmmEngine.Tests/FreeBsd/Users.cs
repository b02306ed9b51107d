using VmmEngine.Devices;

namespace VmmEngine.Tests.FreeBsd;

/// <summary>Who calls.</summary>
internal static class Users
{
    public static Credential Root { get; } = new();

    public static Credential Alice { get; } = new() { RealUid = 1001, EffectiveUid = 1001 };

    public static Credential Bob { get; } = new() { RealUid = 1002, EffectiveUid = 1002 };

    public static Credential RootInJail(int jail = 1, bool allowPassthrough = false) =>
        new() { Jail = new Jail(jail, AllowVmm: true, AllowPassthrough: allowPassthrough) };

    public static Credential RootInClosedJail { get; } = new() { Jail = new Jail(9) };
}
