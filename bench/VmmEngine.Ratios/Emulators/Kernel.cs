using Iced.Intel;

namespace VmmEngine.Ratios.Emulators;

/// <summary>One program.</summary>
/// <param name="Name">For rows.</param>
/// <param name="Description">For people.</param>
/// <param name="Iterations">How much work one measurement is.</param>
/// <param name="FewIterations">Hardly any work, to find out what starting costs.</param>
/// <param name="Write">Writes it for so many iterations.</param>
internal sealed record Kernel(string Name, string Description, uint Iterations, uint FewIterations, Action<Assembler, uint> Write)
{
    /// <summary>Builds its image.</summary>
    public KernelImage Build(uint iterations) => KernelImage.Build(assembler => Write(assembler, iterations));
}
