namespace VmmEngine.Generators.Model;

/// <summary>A row that makes sense. It does not know its line: a comment inserted above it changes nothing here.</summary>
internal sealed record RowModel(
    string Section,
    string Name,
    byte? Number,
    Direction Direction,
    ArgumentModel? Argument,
    uint? Word,
    EquatableArray<Flag> Flags,
    EquatableArray<Flag>? Relaxed,
    string? Handler,
    bool NotYet,
    string? Option,
    string? MayNeed,
    bool OnVm,
    bool GoesLast)
{
    public int Size => Argument is null || Direction == Direction.None ? 0 : Argument.Size;

    /// <summary>True if the method gets the VM that was looked up in place of the call.</summary>
    public bool TakesTarget => OnVm || Flags.Contains(Flag.FindVm);

    public bool NamesVcpu => Flags.Any(flag => FlagFacts.Of(flag).NamesVcpu);

    /// <summary>The relaxed lock set with what is no lock (privilege, look-up of the VM) carried over from the row.</summary>
    public EquatableArray<Flag> RelaxedFlags =>
        Flags.Where(flag => FlagFacts.Of(flag).Lock is null).Concat(Relaxed ?? EquatableArray<Flag>.Empty).ToEquatableArray();
}
