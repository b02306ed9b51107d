namespace VmmEngine.SoftX86;

/// <summary>How two numbers are ordered.</summary>
internal enum FloatOrder
{
    Less,
    Equal,
    Greater,
    Unordered,
}

/// <summary>Comparisons, which differ in whether a quiet NaN is invalid.</summary>
internal static class FloatComparison
{
    /// <summary>COMISS, FCOM, the ordered predicates of CMPPS: any NaN is invalid.</summary>
    public static FloatOrder Signaling(ref FloatContext context, in FloatNumber left, in FloatNumber right) => Compare(ref context, left, right, true);

    /// <summary>UCOMISS, FUCOM: a signaling NaN only.</summary>
    public static FloatOrder Quiet(ref FloatContext context, in FloatNumber left, in FloatNumber right) => Compare(ref context, left, right, false);

    private static FloatOrder Compare(ref FloatContext context, in FloatNumber left, in FloatNumber right, bool signaling)
    {
        if (left.Kind >= FloatKind.Quiet || right.Kind >= FloatKind.Quiet)
        {
            context.Flags |= signaling || left.Kind > FloatKind.Quiet || right.Kind > FloatKind.Quiet ? FloatFlags.Invalid : 0;
            return FloatOrder.Unordered;
        }

        FloatArithmetic.NoteDenormals(ref context, left, right);
        int magnitude = Magnitude(left, right);
        if (left.Kind == FloatKind.Zero && right.Kind == FloatKind.Zero)
        {
            return FloatOrder.Equal;
        }

        int order = left.Negative != right.Negative ? (left.Negative ? -1 : 1) : left.Negative ? -magnitude : magnitude;
        return order < 0 ? FloatOrder.Less : order > 0 ? FloatOrder.Greater : FloatOrder.Equal;
    }

    private static int Magnitude(in FloatNumber left, in FloatNumber right)
    {
        // Zero, finite, infinity: the kinds are in the order of their magnitudes.
        if (left.Kind != right.Kind || left.Kind != FloatKind.Finite)
        {
            return left.Kind.CompareTo(right.Kind);
        }

        return left.Exponent != right.Exponent ? left.Exponent.CompareTo(right.Exponent) : left.Mantissa.CompareTo(right.Mantissa);
    }
}
