using VmmEngine.Platform;

namespace VmmEngine.Tests.Platform;

/// <summary>Notes the levels of the lines, and how often each rose.</summary>
internal sealed class RecordingLines : InterruptController
{
    public bool[] Levels { get; } = new bool[16];

    public int[] Rises { get; } = new int[16];

    public override void SetLine(int line, bool asserted)
    {
        if (asserted && !Levels[line])
        {
            Rises[line]++;
        }

        Levels[line] = asserted;
    }

    public override int Acknowledge(int vcpu) => -1;

    public override bool HasInterrupt(int vcpu) => false;
}
