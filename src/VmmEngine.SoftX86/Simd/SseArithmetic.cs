namespace VmmEngine.SoftX86;

/// <summary>The float arithmetic of the SIMD table: 4 singles, 1 single, 2 doubles, 1 double.</summary>
internal static unsafe class SseArithmetic
{
    public static Step AddSingles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Singles<Addition>(cpu, d, s, 4);

    public static Step AddSingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Singles<Addition>(cpu, d, s, 1);

    public static Step AddDoubles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Doubles<Addition>(cpu, d, s, 2);

    public static Step AddDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Doubles<Addition>(cpu, d, s, 1);

    public static Step SubtractSingles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Singles<Subtraction>(cpu, d, s, 4);

    public static Step SubtractSingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Singles<Subtraction>(cpu, d, s, 1);

    public static Step SubtractDoubles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Doubles<Subtraction>(cpu, d, s, 2);

    public static Step SubtractDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Doubles<Subtraction>(cpu, d, s, 1);

    public static Step MultiplySingles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Singles<Multiplication>(cpu, d, s, 4);

    public static Step MultiplySingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Singles<Multiplication>(cpu, d, s, 1);

    public static Step MultiplyDoubles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Doubles<Multiplication>(cpu, d, s, 2);

    public static Step MultiplyDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Doubles<Multiplication>(cpu, d, s, 1);

    public static Step DivideSingles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Singles<Division>(cpu, d, s, 4);

    public static Step DivideSingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Singles<Division>(cpu, d, s, 1);

    public static Step DivideDoubles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Doubles<Division>(cpu, d, s, 2);

    public static Step DivideDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Doubles<Division>(cpu, d, s, 1);

    public static Step RootSingles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Singles<SquareRoot>(cpu, d, s, 4);

    public static Step RootSingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Singles<SquareRoot>(cpu, d, s, 1);

    public static Step RootDoubles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Doubles<SquareRoot>(cpu, d, s, 2);

    public static Step RootDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Doubles<SquareRoot>(cpu, d, s, 1);

    public static Step MinSingles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Singles<Minimum>(cpu, d, s, 4);

    public static Step MinSingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Singles<Minimum>(cpu, d, s, 1);

    public static Step MinDoubles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Doubles<Minimum>(cpu, d, s, 2);

    public static Step MinDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Doubles<Minimum>(cpu, d, s, 1);

    public static Step MaxSingles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Singles<Maximum>(cpu, d, s, 4);

    public static Step MaxSingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Singles<Maximum>(cpu, d, s, 1);

    public static Step MaxDoubles(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Doubles<Maximum>(cpu, d, s, 2);

    public static Step MaxDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => SseFloat.Doubles<Maximum>(cpu, d, s, 1);
}
