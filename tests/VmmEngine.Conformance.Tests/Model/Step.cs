using VmmEngine.Conformance.OpenBsd.Interface;

namespace VmmEngine.Conformance.Tests.Model;

/// <summary>What a step does.</summary>
internal enum Act
{
    Create,
    Run,
    Info,
    Terminate,
    Reset,
    Interrupt,
    ReadRegisters,
    WriteRegisters,
    ReadParameters,
    WriteParameters,
    Share,
    Protect,
    UnknownWord,
    NoArgument,
}

/// <summary>One command of a sequence.</summary>
/// <param name="Act">Which.</param>
/// <param name="Newer">In the newer revision's form.</param>
/// <param name="Caller">Which of <see cref="Callers.All"/>.</param>
/// <param name="Vm">The VM's id.</param>
/// <param name="Vcpu">The vCPU's.</param>
/// <param name="Variant">What is special about it.</param>
/// <param name="Value">A number for it.</param>
internal sealed record Step(Act Act, bool Newer, int Caller, uint Vm, uint Vcpu, int Variant, uint Value)
{
    public Revision Revision => Newer ? Revision.Newer : Revision.Baseline;

    public override string ToString() =>
        $"{(Newer ? "newer" : "baseline")} {Act} vm {Vm} vcpu {Vcpu} variant {Variant} value 0x{Value:X}{(Caller == 0 ? "" : $" as {Callers.All[Caller].Name}")}";

    /// <summary>A sequence that its seed alone decides.</summary>
    public static Step[] Sequence(int seed)
    {
        Random random = new(seed);
        Step[] steps = new Step[random.Next(1, 28)];
        bool newer = random.Next(2) == 0;
        for (int i = 0; i < steps.Length; i++)
        {
            // Enough creations and resets first that most of the rest finds something to work on.
            Act act = i == 0 ? Act.Create : i == 1 ? Act.Reset : Pick(random);
            steps[i] = new Step(
                act,
                random.Next(6) == 0 ? !newer : newer, // a command of the other revision now and then: most words are the same
                random.Next(8) == 0 ? random.Next(Callers.All.Count) : 0,
                i < 2 || random.Next(3) != 0 ? 1 : random.Next(12) == 0 ? 99 : (uint)random.Next(0, 5),
                random.Next(16) == 0 ? (uint)random.Next(1, 70) : 0,
                random.Next(16),
                (uint)random.Next(256));
        }

        return steps;
    }

    private static Act Pick(Random random) => random.Next(40) switch
    {
        < 18 => Act.Run,
        < 21 => Act.Reset,
        < 23 => Act.Create,
        23 => Act.Terminate,
        < 26 => Act.Info,
        < 28 => Act.ReadRegisters,
        < 31 => Act.WriteRegisters,
        31 => Act.ReadParameters,
        < 34 => Act.WriteParameters,
        34 => Act.Interrupt,
        35 => Act.Share,
        < 38 => Act.Protect,
        38 => Act.UnknownWord,
        _ => Act.NoArgument,
    };
}
