namespace VmmEngine.SoftX86;

/// <summary>ADD.</summary>
internal readonly struct Addition : IFloatOperation
{
    public static FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        SseFloat.TryPropagate(ref context, left, right, out FloatNumber nan) ? nan : FloatArithmetic.Add(ref context, left, right);

    public static double Apply(double left, double right) => left + right;

    public static float Apply(float left, float right) => left + right;
}

/// <summary>SUB.</summary>
internal readonly struct Subtraction : IFloatOperation
{
    public static FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        SseFloat.TryPropagate(ref context, left, right, out FloatNumber nan) ? nan : FloatArithmetic.Subtract(ref context, left, right);

    public static double Apply(double left, double right) => left - right;

    public static float Apply(float left, float right) => left - right;
}

/// <summary>MUL.</summary>
internal readonly struct Multiplication : IFloatOperation
{
    public static FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        SseFloat.TryPropagate(ref context, left, right, out FloatNumber nan) ? nan : FloatArithmetic.Multiply(ref context, left, right);

    public static double Apply(double left, double right) => left * right;

    public static float Apply(float left, float right) => left * right;
}

/// <summary>DIV.</summary>
internal readonly struct Division : IFloatOperation
{
    public static FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        SseFloat.TryPropagate(ref context, left, right, out FloatNumber nan) ? nan : FloatArithmetic.Divide(ref context, left, right);

    public static double Apply(double left, double right) => left / right;

    public static float Apply(float left, float right) => left / right;
}

/// <summary>SQRT of the second operand.</summary>
internal readonly struct SquareRoot : IFloatOperation
{
    public static FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        SseFloat.TryPropagate(ref context, right, right, out FloatNumber nan) ? nan : FloatArithmetic.SquareRoot(ref context, right);

    public static double Apply(double left, double right) => Math.Sqrt(right);

    public static float Apply(float left, float right) => MathF.Sqrt(right);
}

/// <summary>MIN: the second operand unless the first is less; so it is for two zeros and for NaNs, which are not quieted.</summary>
internal readonly struct Minimum : IFloatOperation
{
    public static FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        FloatComparison.Signaling(ref context, left, right) == FloatOrder.Less ? left : right;

    public static double Apply(double left, double right) => left < right ? left : right;

    public static float Apply(float left, float right) => left < right ? left : right;
}

/// <summary>MAX, by the same rule.</summary>
internal readonly struct Maximum : IFloatOperation
{
    public static FloatNumber Apply(ref FloatContext context, in FloatNumber left, in FloatNumber right) =>
        FloatComparison.Signaling(ref context, left, right) == FloatOrder.Greater ? left : right;

    public static double Apply(double left, double right) => left > right ? left : right;

    public static float Apply(float left, float right) => left > right ? left : right;
}
