using VmmEngine.Conformance.Systems;

namespace VmmEngine.Conformance.Tests.Mutations;

/// <summary>One way in which an implementation may be wrong: it changes what a command does, or what it answers.</summary>
/// <param name="Name">The mistake.</param>
/// <param name="CaughtBy">A case that must fail for it.</param>
/// <param name="Ioctl">Does the command wrongly. Gets the right way to do it, and what to do it with.</param>
public sealed record Mutation(string Name, string CaughtBy, WrongIoctl Ioctl)
{
    public override string ToString() => Name;
}

/// <summary>A wrong ioctl.</summary>
public delegate int WrongIoctl(ISystemUnderTest right, int descriptor, uint word, nint argument);
