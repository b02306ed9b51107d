namespace VmmEngine.Exploration;

/// <summary>How far an exploration is.</summary>
/// <param name="Scenario">What is being explored.</param>
/// <param name="States">Distinct states so far.</param>
/// <param name="Transitions">Transitions followed so far.</param>
public readonly record struct ExplorationProgress(Scenario Scenario, int States, long Transitions);
