namespace VmmEngine.Generators.X86.Tests;

/// <summary>A project small enough to read, with what rows of method refer to.</summary>
internal static class World
{
    public const string Operations = "/tables/x86/test.ops";
    public const string Pairs = "/tables/x86/test.pairs";

    public const string Source = """
        namespace VmmEngine.SoftX86;

        internal enum Step { Next }
        internal struct Cpu;
        internal struct MicroOp;

        internal static unsafe class Known
        {
            public static Step Helper(Cpu* cpu, MicroOp* op) => Step.Next;

            public static void Handler(Cpu* cpu, MicroOp* op) { }

            public static Step Function(Cpu* cpu, MicroOp* op, byte* destination, byte* source) => Step.Next;
        }
        """;
}
