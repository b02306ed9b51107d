namespace VmmEngine.Guests.Lockstep;

/// <summary>What a comparison of two sides has come to.</summary>
/// <param name="Accesses">How many accesses both have made alike.</param>
/// <param name="Last">The last of them.</param>
/// <param name="Difference">Where they differ; null if they do not.</param>
public sealed record LockstepOutcome(int Accesses, GuestAccess Last, LockstepDifference? Difference);

/// <summary>Two sides that did the same up to one access, and then did not.</summary>
/// <param name="Access">How many accesses were alike.</param>
/// <param name="Lines">What differs after the next one.</param>
/// <param name="Cause">The first instruction after which they differ; null if each by itself does the same on both.</param>
/// <param name="Search">How many instructions were looked at.</param>
public sealed record LockstepDifference(int Access, IReadOnlyList<string> Lines, GuiltyInstruction? Cause, string Search)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"after {Access} equal accesses:\n    {string.Join("\n    ", Lines)}\n  {Cause?.ToString() ?? "no instruction does something else by itself: look at how they are executed together"}; {Search}";
}

/// <summary>An instruction that two sides execute differently from the same state.</summary>
/// <param name="Rip">Where it is.</param>
/// <param name="Text">Its disassembly and its bytes.</param>
/// <param name="Lines">What differs after it.</param>
public sealed record GuiltyInstruction(ulong Rip, string Text, IReadOnlyList<string> Lines)
{
    /// <inheritdoc/>
    public override string ToString() => $"the first difference comes from 0x{Rip:x}  {Text}\n    {string.Join("\n    ", Lines)}";
}
