namespace VmmEngine.SoftX86;

/// <summary>An x87 operation on two numbers.</summary>
internal interface IFpuOperation
{
    static abstract FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right);
}

/// <summary>FADD.</summary>
internal readonly struct FpuAddition : IFpuOperation
{
    public static FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        FloatArithmetic.Add(ref context, left, right);
}

/// <summary>FMUL.</summary>
internal readonly struct FpuMultiplication : IFpuOperation
{
    public static FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        FloatArithmetic.Multiply(ref context, left, right);
}

/// <summary>FSUB: destination - source.</summary>
internal readonly struct FpuSubtraction : IFpuOperation
{
    public static FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        FloatArithmetic.Subtract(ref context, left, right);
}

/// <summary>FSUBR: source - destination.</summary>
internal readonly struct FpuReverseSubtraction : IFpuOperation
{
    public static FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        FloatArithmetic.Subtract(ref context, right, left);
}

/// <summary>FDIV: destination / source.</summary>
internal readonly struct FpuDivision : IFpuOperation
{
    public static FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        FloatArithmetic.Divide(ref context, left, right);
}

/// <summary>FDIVR: source / destination.</summary>
internal readonly struct FpuReverseDivision : IFpuOperation
{
    public static FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        FloatArithmetic.Divide(ref context, right, left);
}
