namespace VmmEngine.SoftX86;

/// <summary>FADD to FDIVR as the table names them: between registers, with a pop, with a single, a double, a word, a doubleword in memory.</summary>
internal static unsafe class FpuArithmetic
{
    public static Step Add(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Registers<FpuAddition>(cpu, op);

    public static Step AddAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.RegistersAndPop<FpuAddition>(cpu, op);

    public static Step AddSingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Single<FpuAddition>(cpu, s);

    public static Step AddDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Double<FpuAddition>(cpu, s);

    public static Step AddWord(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Integer<FpuAddition>(cpu, *(short*)s);

    public static Step AddDoubleword(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Integer<FpuAddition>(cpu, *(int*)s);

    public static Step Multiply(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Registers<FpuMultiplication>(cpu, op);

    public static Step MultiplyAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.RegistersAndPop<FpuMultiplication>(cpu, op);

    public static Step MultiplySingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Single<FpuMultiplication>(cpu, s);

    public static Step MultiplyDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Double<FpuMultiplication>(cpu, s);

    public static Step MultiplyWord(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Integer<FpuMultiplication>(cpu, *(short*)s);

    public static Step MultiplyDoubleword(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Integer<FpuMultiplication>(cpu, *(int*)s);

    public static Step Subtract(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Registers<FpuSubtraction>(cpu, op);

    public static Step SubtractAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.RegistersAndPop<FpuSubtraction>(cpu, op);

    public static Step SubtractSingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Single<FpuSubtraction>(cpu, s);

    public static Step SubtractDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Double<FpuSubtraction>(cpu, s);

    public static Step SubtractWord(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Integer<FpuSubtraction>(cpu, *(short*)s);

    public static Step SubtractDoubleword(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Integer<FpuSubtraction>(cpu, *(int*)s);

    public static Step SubtractReverse(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Registers<FpuReverseSubtraction>(cpu, op);

    public static Step SubtractReverseAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.RegistersAndPop<FpuReverseSubtraction>(cpu, op);

    public static Step SubtractReverseSingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Single<FpuReverseSubtraction>(cpu, s);

    public static Step SubtractReverseDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Double<FpuReverseSubtraction>(cpu, s);

    public static Step SubtractReverseWord(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Integer<FpuReverseSubtraction>(cpu, *(short*)s);

    public static Step SubtractReverseDoubleword(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Integer<FpuReverseSubtraction>(cpu, *(int*)s);

    public static Step Divide(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Registers<FpuDivision>(cpu, op);

    public static Step DivideAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.RegistersAndPop<FpuDivision>(cpu, op);

    public static Step DivideSingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Single<FpuDivision>(cpu, s);

    public static Step DivideDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Double<FpuDivision>(cpu, s);

    public static Step DivideWord(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Integer<FpuDivision>(cpu, *(short*)s);

    public static Step DivideDoubleword(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Integer<FpuDivision>(cpu, *(int*)s);

    public static Step DivideReverse(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Registers<FpuReverseDivision>(cpu, op);

    public static Step DivideReverseAndPop(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.RegistersAndPop<FpuReverseDivision>(cpu, op);

    public static Step DivideReverseSingle(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Single<FpuReverseDivision>(cpu, s);

    public static Step DivideReverseDouble(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Double<FpuReverseDivision>(cpu, s);

    public static Step DivideReverseWord(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Integer<FpuReverseDivision>(cpu, *(short*)s);

    public static Step DivideReverseDoubleword(Cpu* cpu, MicroOp* op, byte* d, byte* s) => FpuBinary.Integer<FpuReverseDivision>(cpu, *(int*)s);
}
