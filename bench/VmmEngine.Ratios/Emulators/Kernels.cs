namespace VmmEngine.Ratios.Emulators;

/// <summary>The programs on which emulators are compared. Each leaves a checksum of its work in RAX.</summary>
internal static class Kernels
{
    /// <summary>All of them, with the iterations that take a fast interpreter about half a second.</summary>
    public static IReadOnlyList<Kernel> All { get; } =
    [
        new("int", "xorshift, CRC-32 by table, sieve", 1_200, 1, IntegerKernel.Write),
        new("copy", "memory copy with paging", 12, 1, CopyKernel.Write),
        new("fib", "recursion", 31, 1, RecursionKernel.Write),
        new("mix", "bytecode interpreter, quicksort by function pointer, hash table", 5_000, 1, MixedKernel.Write),
        new("wide", "3,000 functions called at random", 1_500_000, 1, WideKernel.Write),
    ];
}
