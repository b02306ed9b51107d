namespace VmmEngine.SoftX86;

/// <summary>How x87 treats NaNs and encodings that it does not support.</summary>
internal static class FpuOperands
{
    /// <summary>
    /// True when the operands decide the result without arithmetic: an unsupported encoding is invalid; of two NaNs a quiet one wins over a signaling
    /// one, then the one with the larger significand, then the positive one (SDM volume 1, table 4-7).
    /// </summary>
    public static bool TryPropagate(ref FloatContext context, in FloatNumber left, in FloatNumber right, out FloatNumber result)
    {
        result = FloatNumber.Indefinite;
        if (left.Kind < FloatKind.Quiet && right.Kind < FloatKind.Quiet)
        {
            return false;
        }

        if (left.Kind == FloatKind.Unsupported || right.Kind == FloatKind.Unsupported)
        {
            context.Flags |= FloatFlags.Invalid;
            return true;
        }

        context.Flags |= left.Kind == FloatKind.Signaling || right.Kind == FloatKind.Signaling ? FloatFlags.Invalid : 0;
        result = (!left.IsNaN ? right : !right.IsNaN ? left : Larger(left, right)).Quieted();
        return true;
    }

    private static FloatNumber Larger(in FloatNumber left, in FloatNumber right) =>
        left.Kind != right.Kind ? (left.Kind == FloatKind.Quiet ? left : right)
        : left.Mantissa != right.Mantissa ? (left.Mantissa > right.Mantissa ? left : right)
        : left.Negative ? right : left;
}
